package cn.unionecard.gateway.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.model.CardNo;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published vectors that an integrator builds a phone against. */
class MemberCodesVectorTest {

  @ParameterizedTest
  @CsvSource({
    "1,1,1795392000,20780,59846400,"
        + "2203ab4f1cf1ce579fb6e0344b09cab00c3d862ed0cce1525cc6ab99be5d81db,84446669133388330784",
    "145000,1,1795392030,20780,59846401,"
        + "bb6f9cda0ffe5f5cfcc9490faebacfa93eb7874f94926d92067c9e3465d4b97a,84933848519764405631",
    "9999999999,3,1795449599,20780,59848319,"
        + "94d9d2553c6580b54704a995314ef53c2dbf53ec17641e45433712bed6b8e2c9,84406791375411466862",
  })
  void codeIsAsPublished(
      long serial, long epoch, long time, long day, long step, String cardKey, String code) {
    MemberCodes codes = new MemberCodes(List.of(SampleKeys.PUBLISHED));
    CardNo card = new CardNo(serial);
    assertEquals(day, MemberCodes.dayAt(time));
    assertEquals(step, MemberCodes.stepAt(time));
    assertEquals(cardKey, HexFormat.of().formatHex(codes.cardKey(card, epoch)));
    assertEquals(code, codes.issue(card, epoch, time));
    assertEquals(code.substring(2, 12), codes.alias(card, day));

    Scan.MemberCode scan = (Scan.MemberCode) CodeReader.read(code);
    MemberCodes.Candidate candidate = codes.candidates(scan, time).get(0);
    assertEquals(serial, candidate.serial());
    assertEquals(new Match(step), codes.match(scan, candidate, epoch, time));
  }

  /** SP 800-38G, FF1 sample 1: AES-128, radix 10, empty tweak. */
  @Test
  void ff1GivesNistSampleOne() {
    byte[] digits = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    byte[] key = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c");
    FPEFF1Engine engine = new FPEFF1Engine(AESEngine.newInstance());
    engine.init(true, new FPEParameters(new KeyParameter(key), 10, new byte[0]));
    assertEquals(10, engine.processBlock(digits, 0, 10, digits, 0));
    assertEquals("02040303040707040804", HexFormat.of().formatHex(digits));
  }
}

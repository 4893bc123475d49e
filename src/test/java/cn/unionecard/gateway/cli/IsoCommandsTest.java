package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class IsoCommandsTest {
  private static final String MAK = "0123456789ABCDEFFEDCBA9876543210";
  private static final String CODE = "84446669133388330784";
  private static final String SALE =
      """
      {"tpdu": "6000030102", "header": "603100310000", "mti": "0200", "fields": {
        "2": "6225881234567890", "3": "000000", "4": "000000012800", "11": "000007", "22": "031",
        "25": "00", "35": "6225881234567890D2512", "41": "T0000001", "42": "898410800000001",
        "49": "156", "55": "9F2608", "59": {"A3": "%s", "A5": "C7"}, "60": "2200000100050",
        "61": "0000010000061124", "62": "00112233", "63": "001工会E卡"}}
      """
          .formatted(CODE);

  private final Path folder;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  IsoCommandsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whatIsEncodedIsDecodedWithoutItsSecrets() throws IOException {
    String frame = encode(SALE, "--mak", MAK);
    assertEquals(0, run(new DecodeCommand(), frame, "--mak", MAK), err.toString());
    String shown = out.toString();
    for (String line :
        new String[] {
          "TPDU    60 0102 → 0003",
          "MTI     0200",
          "F2      卡号 PAN: ************7890",
          "F4      金额 amount, fen: 000000012800",
          "F22     输入方式 entry mode: 031",
          "F35     二磁道 track 2: *** (21 digits)",
          "F59.A3  会员码 member code: *** (20 characters)",
          "F59.A5  所选优惠 benefit: C7",
          "F60.2   批次号 batch: 000001",
          "F61.3   原日期 date: 1124",
          "F62     密钥 keys: *** (4 bytes)",
          "F63.2   凭条 slip: 工会E卡",
          "MAC 正确 correct"
        }) {
      assertTrue(shown.contains(line), line + "\n" + shown);
    }
    assertFalse(shown.contains(CODE) || shown.contains("62258812") || shown.contains("00112233"));
  }

  @Test
  void aWrongMacIsSaidAndCounts() throws IOException {
    String frame = encode(SALE, "--mak", MAK, "--mac", "XOR_SM4");
    assertEquals(0, run(new DecodeCommand(), frame, "--mak", MAK, "--mac", "XOR_SM4"));
    assertEquals(1, run(new DecodeCommand(), frame, "--mak", MAK));
    assertTrue(out.toString().contains("MAC 不符 WRONG, must be "), out.toString());
    assertEquals(2, run(new DecodeCommand(), frame, "--mak", "0123"));
    assertFalse(err.toString().contains("0123"), err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "'0015 6000030000 603100310000 0820', 'frame: 13 bytes, then the end; 21 announced'",
    "'001A 6000030000 603100310000 0200 1000000000000000 0000000000', 'F4: needs 6 bytes, 5 left'",
    "'6000030000 603100310000 0200 0000800000000000 2512', 'F17: not in this profile: bit 17 of 64'",
    "'0014 00', 'frame: 20 bytes, at least 21'",
    "'6000030000 603100310000 0200 0000000000000010 0009 2200012300', 'F60.3: 1 digits, must be 3'",
    "'6000030000', 'TPDU: needs 11 bytes, 5 left'"
  })
  void errorsNameTheField(String hex, String words) {
    assertEquals(1, run(new DecodeCommand(), hex));
    assertEquals("报文有误 Malformed: " + words, err.toString().strip());
  }

  @Test
  void whatStoodBeforeTheFaultIsShown() {
    String hex = "6000030000 603100310000 0200 0020800000000000 000123 2512";
    assertEquals(1, run(new DecodeCommand(), hex));
    assertTrue(out.toString().contains("bitmap  0020800000000000"), out.toString());
    assertTrue(out.toString().contains("F11     流水号 trace number: 000123"), out.toString());
  }

  @Test
  void severalFramesAndBareMessages() {
    String echo = "0015 6000030000 603100310000 0820 0000000000000000";
    assertEquals(0, run(new DecodeCommand(), (echo + " " + echo).split(" ")));
    assertTrue(out.toString().contains("帧 frame 2: 21 bytes"), out.toString());
    assertEquals(0, run(new DecodeCommand(), "--bare", "0820 0020000000000000 000001"));
    assertTrue(out.toString().contains("000001"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000: 0015 6000 0300 0060 3100 3100 0008 2000  ..`....`1.1... .\n"
            + "00000010: 0000 0000 0000 00                        .......",
        "00000000  00 15 60 00 03 00 00 60  31 00 31 00 00 08 20 00  |..`....`1.1... .|\n"
            + "00000010  00 00 00 00 00 00 00                              |.......|\n00000017",
        "0000   00 15 60 00 03 00 00 60 31 00 31 00 00 08 20 00   ..`....`1.1... .\n"
            + "0010   00 00 00 00 00 00 00                              .......",
        "00156000\n0300006031003100\n00082000\n00000000000000"
      })
  void dumpsOfOtherToolsAreRead(String dump) throws IOException {
    Path file = Files.writeString(folder.resolve("dump.txt"), dump);
    assertEquals(0, run(new DecodeCommand(), "--file", file.toString()), err.toString());
    assertTrue(out.toString().contains("MTI     0820"), out.toString());
  }

  @Test
  void unusableInputIsStatusTwo() {
    assertEquals(2, run(new DecodeCommand(), "00 1G"));
    assertTrue(err.toString().contains("line 1, digit 5: 'G' is no hex digit"), err.toString());
    assertEquals(2, run(new DecodeCommand(), "001"));
    assertEquals(2, run(new DecodeCommand(), ""));
    assertEquals(2, run(new DecodeCommand(), "--file", folder.resolve("none").toString()));
    assertEquals(2, run(new EncodeCommand(), folder.resolve("none").toString()));
  }

  @Test
  void standardInput() {
    InputStream before = System.in;
    try {
      System.setIn(in("0015 6000030000 603100310000 0820 0000000000000000"));
      assertEquals(0, run(new DecodeCommand(), "-"));
      System.setIn(in(SALE));
      assertEquals(0, run(new EncodeCommand(), "-"));
      assertTrue(out.toString().startsWith("00"), out.toString());
    } finally {
      System.setIn(before);
    }
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"4\": \"1280\"' | 1 | 'F4: 4 digits, must be 12'",
        "'\"60\": \"220000010005012345\"' | 1 | 'F60: 18 digits, at most 17'",
        "'\"49\": \"15\"' | 1 | 'F49: 2 bytes, must be 3'",
        "'\"17\": \"2512\"' | 2 | 'F17: not in this profile'",
        "'\"x\": \"2512\"' | 2 | 'fields.x: must be the number of a field'",
        "'\"4\": 1280' | 2 | 'F4: must be a string'",
        "'\"62\": \"xyz\"' | 2 | 'F62: must be hex'",
        "'\"3\": \"000000\", \"3\": \"000000\"' | 2 | 'Duplicate'"
      })
  void whatCannotBeWrittenIsNamed(String fields, int status, String words) throws IOException {
    String json =
        "{\"tpdu\":\"6000030000\",\"header\":\"603100310000\",\"mti\":\"0200\",\"fields\":{%s}}"
            .formatted(fields);
    Path file = Files.writeString(folder.resolve("frame.json"), json);
    assertEquals(status, run(new EncodeCommand(), file.toString()));
    assertTrue(err.toString().contains(words), err.toString());
  }

  @Test
  void headsThatCannotBeWrittenAreNamed() throws IOException {
    for (String json : new String[] {"{}", "{\"tpdu\":\"6800030000\"}", "{\"nonsense\":1}", "[]"}) {
      Path file = Files.writeString(folder.resolve("frame.json"), json);
      assertEquals(2, run(new EncodeCommand(), file.toString()), json);
      assertFalse(err.toString().contains("\tat "), err.toString());
    }
  }

  private String encode(String json, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("frame.json"), json);
    String[] all = new String[options.length + 1];
    all[0] = file.toString();
    System.arraycopy(options, 0, all, 1, options.length);
    assertEquals(0, run(new EncodeCommand(), all), err.toString());
    return out.toString().strip();
  }

  private int run(Object command, String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}

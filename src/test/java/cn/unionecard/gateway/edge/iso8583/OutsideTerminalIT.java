package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Client;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Somebody else's library, with our definition file, plays a terminal's day: {@code
 * src/clients/pos}, a process that knows the guide and none of our code.
 */
@EnabledIf(
    value = "isToBeRun",
    disabledReason = "src/clients/pos is not built: mvn -f src/clients/pos package")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutsideTerminalIT {
  private static final Client POS = Client.ofMaven("pos");
  private static final int CODES = 9;

  /** Batches that balance, the first by its totals, the second by its list. */
  private static final String BALANCED =
      """
      select count(*) from batch_close b join terminal t on t.id = b.terminal
      where t.terminal_no = '%s' and (b.state = 'BALANCED' or b.ended_at is not null)""";

  private Path folder;
  private IsoHouse house;

  static boolean isToBeRun() {
    return POS.isToBeRun();
  }

  @BeforeAll
  void start(@TempDir Path given) throws Exception {
    folder = given;
    house = new IsoHouse(folder);
  }

  @AfterAll
  void stop() throws Exception {
    house.close();
  }

  @ParameterizedTest
  @CsvSource({"1,SM4", "2,TRIPLE_DES", "6,X9_19"})
  void aTerminalOnAnotherLibraryWorksADay(int terminal, String mode) throws Exception {
    String codes = Stream.generate(house::freshCode).limit(CODES).collect(Collectors.joining(" "));
    Path setup = folder.resolve("till.properties");
    Files.writeString(
        setup,
        String.join(
            "\n",
            "host=localhost",
            "port=" + house.server.port(),
            "terminal=" + IsoHouse.terminal(terminal).value(),
            "merchant=841080210000013",
            "mode=" + mode,
            "tmk=" + HexFormat.of().formatHex(IsoHouse.TMK),
            "codes=" + codes));
    String said =
        POS.run(
            folder.resolve("till.log"),
            Path.of("src/docs/pos-j8583.xml").toAbsolutePath().toString(),
            setup.toString());
    assertTrue(said.endsWith("all as the guide says\n"), said);
    assertEquals(2, house.number(BALANCED.formatted(IsoHouse.terminal(terminal).value())), said);
  }
}

import cn.unionecard.workbench.demo.DemoFile;
import cn.unionecard.workbench.demo.DemoFolder;
import cn.unionecard.workbench.demo.Steps;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/**
 * The stores and the city of a benchmark, without a gateway: {@code java -cp ecard-workbench.jar
 * House.java FOLDER HTTPS_PORT MANAGEMENT_PORT POS_PORT POS_TLS_PORT}. Writes {@code demo.json} and {@code gateway.env}
 * (the configuration of a gateway for this house) into the folder, then stands until SIGTERM.
 */
class House {
  private static final int MEMBERS = Integer.parseInt(System.getenv().getOrDefault("MEMBERS", "145000"));

  public static void main(String[] args) throws Exception {
    DemoFolder folder = DemoFolder.open(Path.of(args[0]));
    int https = Integer.parseInt(args[1]);
    int management = Integer.parseInt(args[2]);
    int pos = Integer.parseInt(args[3]);
    int posTls = Integer.parseInt(args[4]);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var house =
        cn.unionecard.workbench.demo.House.build(
            folder, MEMBERS, Clock.systemUTC(), new SecureRandom(), new Steps(out));
    Runtime.getRuntime().addShutdownHook(new Thread(house::close));
    house.writeDemoFile(
        new DemoFile.Addresses(
            "https://localhost:" + https, "",
            "http://localhost:" + management,
            new DemoFile.Pos("localhost", pos, posTls)),
        reader -> "");
    var http = house.http("127.0.0.1", https);
    Files.writeString(
        folder.root().resolve("gateway.env"),
        """
        export ECARD_STORES_POSTGRES='%s'
        export ECARD_STORES_REDIS='%s'
        export ECARD_KEYS_KEK_FILE='%s'
        export ECARD_HTTP_HOST=127.0.0.1
        export ECARD_HTTP_PORT=%d
        export ECARD_HTTP_CERTIFICATE='%s'
        export ECARD_HTTP_PRIVATE_KEY='%s'
        export ECARD_HTTP_TERMINAL_CA='%s'
        export ECARD_PAGES_PORT=-1
        export ECARD_ISO8583_HOST=127.0.0.1
        export ECARD_ISO8583_PORT=%d
        export ECARD_ISO8583_TLS_PORT=%d
        export ECARD_MANAGEMENT_PORT=%d
        """
            .formatted(
                house.postgres(),
                house.redis(),
                folder.kek(),
                https,
                http.certificate(),
                http.privateKey(),
                http.terminalCa(),
                pos,
                posTls,
                management));
    new CountDownLatch(1).await();
  }
}

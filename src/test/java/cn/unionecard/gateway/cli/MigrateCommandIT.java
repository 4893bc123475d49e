package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An operator's first command, where what he was given does not fit. */
class MigrateCommandIT {
  @Test
  void anOwnerWhoMayMakeNoLoginHearsWhatToDo(@TempDir Path folder) throws Exception {
    String admin = TestStores.get().emptyDatabase();
    PostgresUrl database = PostgresUrl.parse(admin);
    TestStores.execute(
        admin,
        """
        create role poor_owner login password 'poor_owner';
        grant all on database %1$s to poor_owner;
        grant all on schema public to poor_owner;"""
            .formatted(database.database()));
    String said =
        refused(
            folder,
            "postgresql://poor_owner:poor_owner@%s:%d/%s"
                .formatted(database.host(), database.port(), database.database()),
            "--serving-login",
            "poor_gateway");
    assertTrue(said.contains("alter role poor_owner createrole"), said);
    assertTrue(said.contains("leave --serving-login out"), said);
  }

  @Test
  void aDatabaseOfOtherCharactersIsLeftAlone(@TempDir Path folder) throws Exception {
    String admin = TestStores.get().emptyDatabase();
    TestStores.execute(
        admin,
        "create database of_bytes encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0");
    String url = admin.substring(0, admin.lastIndexOf('/') + 1) + "of_bytes";
    String said = refused(folder, url);
    assertTrue(said.contains("is in SQL_ASCII, not in UTF8"), said);
    assertEquals(
        0, TestStores.number(url, "select count(*) from pg_tables where schemaname = 'public'"));
  }

  private static String refused(Path folder, String url, String... options) throws Exception {
    Path kek = Files.writeString(folder.resolve("kek"), "5a".repeat(Kek.BYTES));
    StringWriter out = new StringWriter();
    ByteArrayInputStream password =
        new ByteArrayInputStream("a password of some length".getBytes(StandardCharsets.UTF_8));
    CommandLine line =
        new CommandLine(new MigrateCommand(Clock.systemUTC(), new SecureRandom(), password))
            .setOut(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getOut().println(failure.getMessage());
                  command.getOut().flush();
                  return 1;
                });
    String[] all = new String[options.length + 4];
    all[0] = "--set";
    all[1] = "stores.postgres=" + url;
    all[2] = "--set";
    all[3] = "keys.kekFile=" + kek;
    System.arraycopy(options, 0, all, 4, options.length);
    assertEquals(1, line.execute(all), out::toString);
    return out.toString();
  }
}

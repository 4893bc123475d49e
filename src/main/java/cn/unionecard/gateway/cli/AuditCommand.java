package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code audit}: proves from the rows alone that nothing was lost, doubled, overspent or altered.
 */
@Command(
    name = "audit",
    description = {
      "Checks the whole ledger and every signed block; changes nothing.",
      "Exit code 0 when clean, 1 when something is wrong, 2 when the database cannot be read."
    },
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--postgres",
      required = true,
      defaultValue = "${env:ECARD_STORES_POSTGRES}",
      description =
          "postgresql://user:password@host:port/database; better given as ECARD_STORES_POSTGRES")
  private String postgres;

  @Override
  @SuppressWarnings("SystemOut")
  public Integer call() {
    try {
      Audit audit = Audit.of(PostgresUrl.parse(postgres));
      spec.commandLine().getOut().print(audit.describe());
      spec.commandLine().getOut().flush();
      return audit.isClean() ? 0 : 1;
    } catch (SQLException e) {
      spec.commandLine().getErr().println("cannot read the database: " + e.getMessage());
      return 2;
    }
  }
}

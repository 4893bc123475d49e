package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.ledger.audit.MarkException;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code audit}: proves from the rows alone that nothing was lost, doubled, overspent or altered.
 */
@Command(
    name = "audit",
    description = {
      "Checks the whole ledger and every signed block; changes nothing.",
      "With --since FILE it checks what came since the mark in FILE and moves the mark when that is clean;"
          + " --mark FILE checks everything and writes the first one.",
      "Exit code 0 when clean, 1 when something is wrong, 2 when the database cannot be read or no audit can"
          + " go on from the mark. What is wrong leaves the mark where it was."
    },
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {
  private static final long QUIET_NS = Duration.ofSeconds(10).toNanos();

  @Spec private CommandSpec spec;

  @Option(
      names = "--postgres",
      required = true,
      defaultValue = "${env:ECARD_STORES_POSTGRES}",
      description =
          "postgresql://user:password@host:port/database; better given as ECARD_STORES_POSTGRES")
  private String postgres;

  /** Where to begin. */
  private static final class Begin {
    @Option(
        names = "--mark",
        paramLabel = "FILE",
        description = "check everything; if clean, write to FILE how far that is")
    private @Nullable Path mark;

    @Option(
        names = "--since",
        paramLabel = "FILE",
        description = "check what came since the mark in FILE; if clean, replace it")
    private @Nullable Path since;
  }

  @ArgGroup(exclusive = true)
  private @Nullable Begin begin;

  @Option(
      names = "--nights",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "with --since: read old blocks again, too, all of them in N runs; 0: none. Default: ${DEFAULT-VALUE}")
  private int nights;

  @Override
  @SuppressWarnings("SystemOut")
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    if (nights < 0) {
      throw new ParameterException(spec.commandLine(), "--nights is 0 or more");
    }
    Path since = begin == null ? null : begin.since;
    try {
      PostgresUrl url = PostgresUrl.parse(postgres);
      Audit audit =
          since == null
              ? Audit.full(url, begin == null ? null : begin.mark, progress(err))
              : Audit.since(url, since, nights, progress(err));
      spec.commandLine().getOut().print(audit.describe());
      spec.commandLine().getOut().flush();
      return audit.isClean() ? 0 : 1;
    } catch (SQLException e) {
      err.println("cannot read the database: " + e.getMessage());
    } catch (MarkException e) {
      err.println("cannot go on from the mark in " + since + ": " + e.getMessage());
    } catch (IOException e) {
      err.println("cannot write the mark: " + e.getMessage());
    }
    return 2;
  }

  /** Says where it is, when it takes long, every ten seconds. */
  private static Consumer<String> progress(PrintWriter err) {
    long[] last = {System.nanoTime()};
    return step -> {
      long now = System.nanoTime();
      if (now - last[0] >= QUIET_NS) {
        last[0] = now;
        err.println("… " + step);
        err.flush();
      }
    };
  }
}

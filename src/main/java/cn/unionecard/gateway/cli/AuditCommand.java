package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.ledger.audit.MarkException;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "核对全部账目和每个签名区块，不改动任何数据。--mark FILE 全量核对，无误后写下标记；"
          + "--since FILE 只核对标记以来的部分，无误后更新标记。有问题时标记不动。",
      "Checks the whole ledger and every signed block; changes nothing.",
      "--mark FILE checks everything and, if clean, writes a mark; --since FILE checks what came since the mark"
          + " and, if clean, moves it. What is wrong leaves the mark where it was."
    },
    exitCodeListHeading = "%n退出码 Exit codes:%n",
    exitCodeList = {
      "0:无误 clean",
      "1:发现问题 something is wrong",
      "2:数据库读不了，或不能从该标记接续 the database cannot be read, or no audit can go on from the mark",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  audit --mark /var/lib/ecard-audit/mark                每周 once a week",
      "  audit --since /var/lib/ecard-audit/mark --nights 7    每夜 every night"
    },
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Callable<Integer> {
  private static final long QUIET_NS = Duration.ofSeconds(10).toNanos();

  @Spec private CommandSpec spec;

  @Mixin private PostgresOption postgres;

  /** Where to begin. */
  private static final class Begin {
    @Option(
        names = "--mark",
        paramLabel = "FILE",
        description =
            "全量核对，无误后把标记写入 FILE Checks everything; if clean, writes to FILE how far that is.")
    private @Nullable Path mark;

    @Option(
        names = "--since",
        paramLabel = "FILE",
        description =
            "核对 FILE 中标记以来的部分，无误后更新它 Checks what came since the mark in FILE; if clean, moves it.")
    private @Nullable Path since;
  }

  @ArgGroup(exclusive = true)
  private @Nullable Begin begin;

  @Option(
      names = "--nights",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "与 --since 同用：旧区块分 N 次重读一遍，0 为不重读 With --since: reads old blocks again, too,"
              + " all of them in N runs; 0: none. Default: ${DEFAULT-VALUE}.")
  private int nights;

  @Override
  @SuppressWarnings("SystemOut")
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    if (nights < 0) {
      throw new ParameterException(spec.commandLine(), "--nights is 0 or more");
    }
    try {
      Audit audit = audit(postgres.url(), progress(err));
      spec.commandLine().getOut().print(audit.describe());
      spec.commandLine().getOut().flush();
      return audit.isClean() ? 0 : 1;
    } catch (SQLException e) {
      err.println("cannot read the database: " + e.getMessage());
    } catch (MarkException e) {
      err.println("cannot go on from a mark: " + e.getMessage());
    } catch (IOException e) {
      err.println("cannot write the mark: " + e.getMessage());
    }
    return 2;
  }

  private Audit audit(PostgresUrl url, Consumer<String> progress)
      throws SQLException, MarkException, IOException {
    if (begin == null) {
      return Audit.of(url, progress);
    }
    return begin.mark != null
        ? Audit.full(url, begin.mark, progress)
        : Audit.since(url, Objects.requireNonNull(begin.since), nights, progress);
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

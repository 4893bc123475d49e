package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.campaign.RuleFile;
import cn.unionecard.gateway.campaign.ShadowDay;
import cn.unionecard.gateway.campaign.StoredDecision;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code campaign}: what a campaign's file says before anybody approves it, and what staff do with
 * it then ({@link CampaignDeskCommands}).
 */
@Command(
    name = "campaign",
    mixinStandardHelpOptions = true,
    description = {
      "优惠活动：检查规则文件，用实际交易试算；写成草稿，送审、审批、运行、暂停、结束。",
      "Campaigns: checks rule files and tries them on recorded sales; writes them down at a gateway"
          + " that runs, and moves them."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ecard-gateway campaign check conf/examples/*.yaml",
      "  ecard-gateway campaign shadow conf/examples/xian-fuel.yaml --day 2026-11-29",
      "  ecard-gateway campaign write conf/examples/xian-fuel.yaml --base https://gateway:8443 \\",
      "    --ca ca.pem --token-file token"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CampaignCommand implements Runnable {
  private static final int DOUBTFUL = 1;
  private static final int UNREADABLE = 2;

  @Spec private CommandSpec spec;
  private final Clock clock;

  CampaignCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what: check, shadow, explain, list, show, write, step, budget");
  }

  /** Needs no store. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "用中文说明规则文件（YAML 或 JSON，内容同 POST /v1/campaigns）的含义，并列出矛盾之处；不连接数据库。",
        "Says in words what files mean (YAML or JSON, as for POST /v1/campaigns), and what in them"
            + " contradicts itself or each other; asks no store."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:无疑问 nothing looks wrong",
        "1:有疑问 something does, each is printed",
        "2:无法读取 a file cannot be read, it is said where"
      })
  int check(
      @Parameters(paramLabel = "FILE", arity = "1..*", description = "规则文件 rule files")
          List<Path> files,
      @Option(names = "--english", description = "用英文说明 in English") boolean english) {
    PrintWriter out = spec.commandLine().getOut();
    List<Campaign> campaigns = new ArrayList<>();
    int worst = 0;
    for (Path file : files) {
      try {
        RuleFile read = RuleFile.read(Files.readString(file), clock.instant());
        campaigns.add(read.campaign());
        out.println(file + "  " + read.campaign().code() + "  " + read.name());
        read.explanation().forEach(one -> out.println("  " + word(one, english)));
        read.warnings().forEach(one -> out.println("  " + mark(english) + word(one, english)));
        worst = Math.max(worst, read.warnings().isEmpty() ? 0 : DOUBTFUL);
      } catch (Fault.Malformed e) {
        out.println(file + (english ? "  cannot be read: " : "  无法读取：") + e.getMessage());
        worst = UNREADABLE;
      } catch (IOException e) {
        out.println(file + (english ? "  cannot be read: " : "  无法读取：") + e);
        worst = UNREADABLE;
      }
    }
    for (String lonely : lonelySets(campaigns)) {
      out.println(
          mark(english)
              + (english
                  ? "only one of these files names the set " + lonely + ": it combines with none"
                  : "只有一个文件使用叠加组" + lonely + "，在这些活动之间不会同享"));
    }
    out.flush();
    return worst;
  }

  /** Over one snapshot, while the gateway may go on working. */
  @Command(
      name = "shadow",
      mixinStandardHelpOptions = true,
      description = {
        "把某一天的实际交易按规则文件重新计算：花费、受惠人数、涉及商户，并与实际对照；不写入任何数据。",
        "Runs a day of recorded sales through a rule file: what it would have cost, whom it would"
            + " have reached, beside what really happened; writes nothing. The campaign is given"
            + " alone, to who would have got more by it than he did."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:完成 done",
        "2:无法读取 the file or the database cannot be read, it is said where"
      })
  int shadow(
      @Parameters(paramLabel = "FILE", description = "规则文件 rule file") Path file,
      @Option(
              names = "--day",
              required = true,
              description = "哪一天 which day, as 2026-11-29 (Asia/Shanghai)")
          LocalDate day,
      @Option(names = "--english", description = "用英文说明 in English") boolean english,
      @Mixin PostgresOption postgres) {
    PrintWriter out = spec.commandLine().getOut();
    try (Connection database = postgres.url().jdbcSnapshot()) {
      print(ShadowDay.run(database, Files.readString(file), day, clock.instant()), english, out);
      database.rollback();
      return 0;
    } catch (Fault.Malformed | CannotStart e) {
      return unreadable(String.valueOf(e.getMessage()));
    } catch (SQLException | IOException e) {
      return unreadable(e.toString());
    }
  }

  /** Over one snapshot, while the gateway may go on working. */
  @Command(
      name = "explain",
      mixinStandardHelpOptions = true,
      description = {
        "说明一笔交易为何得到这些优惠，并用所存事实（订单、留痕、规则、出资方、所用的券）重新计算核对。仅供工作人员与审计。",
        "Says why a transaction got its benefits, and makes it again from what is stored: order,"
            + " trace, rules, payers, vouchers. For staff and auditors: it tells what the member"
            + " is."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {
        "0:一致 the same comes out",
        "1:不一致 something differs, each is printed",
        "2:无法读取 no such transaction, or the database cannot be read"
      })
  int explain(
      @Parameters(paramLabel = "TRANSACTION", description = "参考号，12位 twelve characters")
          String transaction,
      @Option(names = "--english", description = "用英文说明 in English") boolean english,
      @Mixin PostgresOption postgres) {
    PrintWriter out = spec.commandLine().getOut();
    try (Connection database = postgres.url().jdbcSnapshot()) {
      StoredDecision told = StoredDecision.of(database, TransactionId.parse(transaction));
      database.rollback();
      if (told == null) {
        return unreadable("没有这笔交易 no such transaction");
      }
      told.lines(english).forEach(out::println);
      told.differences().forEach(one -> out.println(mark(english) + one));
      if (told.differences().isEmpty()) {
        out.println(english ? "made again, the same comes out" : "重新计算，结果一致");
      }
      out.flush();
      return told.differences().isEmpty() ? 0 : DOUBTFUL;
    } catch (SQLException | CannotStart | IllegalArgumentException e) {
      return unreadable(String.valueOf(e.getMessage()));
    }
  }

  private int unreadable(String why) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("无法读取 cannot be read: " + why);
    err.flush();
    return UNREADABLE;
  }

  private static void print(ShadowDay.Outcome day, boolean english, PrintWriter out) {
    line(out, english, "当日交易", "sales of the day", day.sales() + "");
    line(out, english, "订单合计", "their orders, yuan", yuan(day.orderFen()));
    line(out, english, "实际优惠", "really given, yuan", yuan(day.givenFen()));
    line(out, english, "受惠交易", "sales that would have got more", day.winners() + "");
    line(out, english, "受惠会员", "members", day.members() + "");
    line(out, english, "活动花费", "what the campaign costs, yuan", yuan(day.costFen()));
    line(out, english, "替代的实际优惠", "really given for these instead, yuan", yuan(day.insteadFen()));
    line(out, english, "涉及商户", "merchants", day.merchants().size() + "");
    for (ShadowDay.Reached one : day.merchants()) {
      out.println(
          "  " + one.no() + "  " + one.count() + "  " + yuan(one.fen()) + "  " + one.name());
    }
    out.flush();
  }

  private static void line(
      PrintWriter out, boolean english, String chinese, String inEnglish, String value) {
    out.println((english ? inEnglish : chinese) + "  " + value);
  }

  private static String yuan(long fen) {
    return Fen.of(fen).yuan();
  }

  private static String word(RuleFile.Sentence sentence, boolean english) {
    return english ? sentence.english() : sentence.chinese();
  }

  private static String mark(boolean english) {
    return english ? "! " : "！";
  }

  /** What is said of combining and can only come true with campaigns that are elsewhere. */
  private static List<String> lonelySets(List<Campaign> campaigns) {
    return campaigns.size() < 2
        ? List.of()
        : campaigns.stream()
            .flatMap(campaign -> campaign.stacking().sets().stream())
            .distinct()
            .filter(
                set ->
                    campaigns.stream()
                            .filter(campaign -> campaign.stacking().sets().contains(set))
                            .count()
                        == 1)
            .toList();
  }
}

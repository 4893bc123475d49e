package cn.unionecard.gateway.cli;

import cn.unionecard.gateway.campaign.CampaignStep;
import cn.unionecard.gateway.campaign.RuleFile;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.CannotStart;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What staff do with a union's campaigns at a gateway that runs, each by his own token. */
final class CampaignDeskCommands {
  private static final int STOPPED = 2;
  private static final String CAMPAIGNS = "/v1/campaigns";

  private CampaignDeskCommands() {}

  /** Adds them to a command that has others. */
  static CommandLine behind(Runnable command, Clock clock) {
    return new CommandLine(command)
        .addSubcommand(new ListAll())
        .addSubcommand(new Show())
        .addSubcommand(new Write(clock))
        .addSubcommand(new Step())
        .addSubcommand(new Budget());
  }

  /** One that asks as one of the staff, and says how the campaign stands then. */
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  private abstract static class Asking implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin StaffOptions gateway;

    @Option(names = "--english", description = "用英文说明 in English")
    boolean english;

    @Override
    public final Integer call() {
      PrintWriter err = spec.commandLine().getErr();
      try {
        ask(gateway.calls(spec));
        spec.commandLine().getOut().flush();
        return 0;
      } catch (CannotStart | Fault.Malformed e) {
        err.println(e.getMessage());
      } catch (IOException e) {
        err.println("无法读取 cannot be read: " + e);
      }
      err.flush();
      return STOPPED;
    }

    abstract void ask(StaffCalls calls) throws IOException;

    final String path(String code) {
      if (!Written.BENEFIT.matcher(code).matches()) {
        throw new ParameterException(spec.commandLine(), "\"" + code + "\" is no campaign's code");
      }
      return CAMPAIGNS + "/" + code;
    }

    /** One line: its code, how it stands, its edition, its name. */
    final void line(JsonObject campaign) {
      spec.commandLine()
          .getOut()
          .println(
              String.format(
                  Locale.ROOT,
                  english ? "%s  %s  edition %d  %s" : "%s  %s  第%d版  %s",
                  campaign.getString("code"),
                  state(campaign.getString("status")),
                  campaign.getInteger("edition"),
                  campaign.getString("name")));
    }

    final String state(String name) {
      return english
          ? name
          : switch (name) {
            case "DRAFT" -> "草稿";
            case "SUBMITTED" -> "已送审";
            case "APPROVED" -> "已批准";
            case "RUNNING" -> "进行中";
            case "PAUSED" -> "已暂停";
            case "ENDED" -> "已结束";
            default -> name;
          };
    }

    final void say(String chinese, String inEnglish, @Nullable Object value) {
      if (value != null) {
        spec.commandLine().getOut().println("  " + (english ? inEnglish : chinese) + "  " + value);
      }
    }
  }

  /** {@code campaign list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "列出本工会及下级的活动：代码、状态、版次、名称。",
        "Lists the campaigns of your union and those below: code, state, edition, name."
      })
  static final class ListAll extends Asking {
    @Override
    void ask(StaffCalls calls) {
      String after = "";
      for (; ; ) {
        JsonArray some =
            calls
                .get(CAMPAIGNS + (after.isEmpty() ? "" : "?after=" + after))
                .getJsonArray("campaigns");
        if (some.isEmpty()) {
          return;
        }
        some.forEach(each -> line((JsonObject) each));
        after = some.getJsonObject(some.size() - 1).getString("code");
      }
    }
  }

  /** {@code campaign show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = {
        "查看一个活动：条款逐句说明、经费、经手人、现在可办的步骤。批准前请先看，并记下版次。",
        "Shows one: its terms in words, its budget, who did what, what can be done with it now. To be"
            + " read before it is approved, with the edition."
      })
  static final class Show extends Asking {
    @Parameters(paramLabel = "CODE", description = "活动代码 the campaign's code")
    private String code = "";

    @Override
    void ask(StaffCalls calls) {
      JsonObject campaign = calls.get(path(code));
      line(campaign);
      say("公开名称", "public name", campaign.getString("publicName"));
      say("文号", "document", campaign.getString("documentNo"));
      say("开始", "from", campaign.getString("startsAt"));
      say("结束", "until", campaign.getString("endsAt"));
      JsonObject budget = campaign.getJsonObject("budget");
      if (budget != null) {
        say("经费（元）", "budget, yuan", Fen.of(budget.getLong("fen")).yuan());
        say("已用（元）", "used, yuan", Fen.of(budget.getLong("usedFen")).yuan());
      }
      say("拟稿", "written by", campaign.getString("preparedBy"));
      say("送审", "submitted by", campaign.getString("submittedBy"));
      say("批准", "approved by", campaign.getString("approvedBy"));
      sentences(campaign.getJsonArray("explanation"), "");
      sentences(campaign.getJsonArray("warnings"), english ? "! " : "！");
      say(
          "可办",
          "possible",
          String.join(" ", campaign.getJsonArray("steps").stream().map(String::valueOf).toList()));
    }

    private void sentences(@Nullable JsonArray told, String mark) {
      if (told != null) {
        told.forEach(
            each ->
                spec.commandLine()
                    .getOut()
                    .println("  " + mark + ((JsonObject) each).getString(english ? "en" : "zh")));
      }
    }
  }

  /** {@code campaign write}. */
  @Command(
      name = "write",
      mixinStandardHelpOptions = true,
      description = {
        "把规则文件写成草稿（经办人）；--again 重写已有的草稿。先用 campaign check 检查。",
        "Writes a rule file down as a draft (CLERK); with --again a draft that is there is written"
            + " anew. Check it first."
      })
  static final class Write extends Asking {
    private final Clock clock;

    @Parameters(paramLabel = "FILE", description = "规则文件 rule file")
    private Path file = Path.of("");

    @Option(names = "--again", description = "重写草稿 rewrites a draft")
    private boolean again;

    Write(Clock clock) {
      this.clock = clock;
    }

    @Override
    void ask(StaffCalls calls) throws IOException {
      RuleFile.Sent sent = RuleFile.sent(Files.readString(file), clock.instant());
      String path = path(sent.terms().getString("code"));
      JsonObject written = calls.postOnce(again ? path + "/draft" : CAMPAIGNS, sent.terms());
      if (sent.grants() != null) {
        JsonObject unused = calls.postOnce(path + "/grants", sent.grants());
        written = calls.get(path);
      }
      line(written);
    }
  }

  /** {@code campaign step}. */
  @Command(
      name = "step",
      mixinStandardHelpOptions = true,
      description = {
        "办理一步：送审、撤回（经办人），批准、退回、开始、恢复（审批人），暂停、结束（审批人、监督员）。拟稿人、送审人不能批准。",
        "Takes a step: SUBMIT, WITHDRAW (CLERK); APPROVE, RETURN, RUN, RESUME (APPROVER); PAUSE, END"
            + " (SUPERVISOR, too). Who wrote or submitted it does not approve it."
      },
      exitCodeListHeading = "%n退出码 Exit codes:%n",
      exitCodeList = {"0:已办理 done", "2:未受理，原因已打印 refused, or not answered; the reason is printed"},
      footerHeading = "%nExample:%n",
      footer = {
        "  ecard-gateway campaign step EAT-2026-05 APPROVE --edition 2 --reason 经主席办公会研究同意 \\",
        "    --base https://gateway:8443 --ca ca.pem --token-file token"
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Step extends Asking {
    @Parameters(index = "0", paramLabel = "CODE", description = "活动代码 the campaign's code")
    private String code = "";

    @Parameters(
        index = "1",
        paramLabel = "STEP",
        description = "步骤 one of ${COMPLETION-CANDIDATES}")
    private CampaignStep step;

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "事由，记入留痕 why; the audit keeps it")
    private String reason = "";

    @Option(
        names = "--edition",
        paramLabel = "NUMBER",
        description = "看过的版次，批准时必填 the edition that was read; APPROVE wants it")
    private @Nullable Integer edition;

    @Override
    void ask(StaffCalls calls) {
      if (step == CampaignStep.APPROVE && edition == null) {
        throw new ParameterException(
            spec.commandLine(), "批准须注明看过的版次 APPROVE wants --edition, as campaign show tells it");
      }
      JsonObject wish = new JsonObject().put("step", step.name()).put("reason", reason);
      if (edition != null) {
        wish.put("edition", edition);
      }
      line(calls.postOnce(path(code) + "/steps", wish));
    }
  }

  /** {@code campaign budget}. */
  @Command(
      name = "budget",
      mixinStandardHelpOptions = true,
      description = {
        "重设经费，单位为分（审批人，非拟稿人）；多于已批准的，须另一位审批人再提同样的数。",
        "Sets the whole budget anew, in fen (APPROVER who did not write it); more than was approved is"
            + " noted until another approver asks for the same."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class Budget extends Asking {
    @Parameters(paramLabel = "CODE", description = "活动代码 the campaign's code")
    private String code = "";

    @Option(names = "--fen", required = true, description = "总额，分 in all, fen")
    private long fen;

    @Option(names = "--day-fen", description = "每日上限，分 of a day, fen")
    private @Nullable Long dayFen;

    @Option(names = "--count", description = "总笔数 sales in all")
    private @Nullable Long count;

    @Option(names = "--day-count", description = "每日笔数 sales of a day")
    private @Nullable Long dayCount;

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "事由，记入留痕 why; the audit keeps it")
    private String reason = "";

    @Override
    void ask(StaffCalls calls) {
      JsonObject budget = new JsonObject().put("fen", fen);
      put(budget, "dayFen", dayFen);
      put(budget, "count", count);
      put(budget, "dayCount", dayCount);
      JsonObject told =
          calls.postOnce(
              path(code) + "/budget", new JsonObject().put("budget", budget).put("reason", reason));
      line(told);
      JsonObject raise = told.getJsonObject("raise");
      say(
          "待另一位审批人确认",
          "waits for another approver, asked for by",
          raise == null ? null : raise.getString("by"));
    }

    private static void put(JsonObject budget, String name, @Nullable Long value) {
      if (value != null) {
        budget.put(name, value);
      }
    }
  }
}

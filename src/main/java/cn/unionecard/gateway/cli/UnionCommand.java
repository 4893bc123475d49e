package cn.unionecard.gateway.cli;

import ch.qos.logback.classic.Level;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.watch.Logs;
import cn.unionecard.gateway.union.Founding;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code union}: the tree of unions on an empty database. */
@Command(
    name = "union",
    mixinStandardHelpOptions = true,
    description = {
      "建立工会组织树：首次使用时由运维建立，以后由系统管理员在线增设。",
      "The tree of unions: founded here first; later ones are set up online (POST /v1/orgs)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  union found --code 410000 --name 某省总工会 --kind PROVINCE --area 410000",
      "  union found --file unions.csv",
      "",
      "unions.csv 为表格软件保存的CSV（UTF-8），首行为列名 saved by a spreadsheet, the first line names:",
      "  code,parent,kind,name,areaCode",
      "  410000,,PROVINCE,某省总工会,410000",
      "  410800,410000,CITY,某市总工会,410800"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class UnionCommand implements Runnable {
  private static final Set<String> COLUMNS = Set.of("code", "parent", "kind", "name", "areaCode");

  private final Clock clock;
  @Spec private CommandSpec spec;

  UnionCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: found");
  }

  /** What is to be founded: a list, or one. */
  static final class What {
    @Option(names = "--file", required = true, description = "CSV 文件 The tree, as CSV in UTF-8.")
    private @Nullable Path file;

    @ArgGroup(exclusive = false)
    private @Nullable One one;
  }

  /** One union. */
  static final class One {
    @Option(
        names = "--code",
        required = true,
        description = "组织编码 1 to 32 of A-Z a-z 0-9 . _ -, for ever.")
    private String code = "";

    @Option(names = "--name", required = true, description = "组织名称 How people know it.")
    private String name = "";

    @Option(
        names = "--kind",
        required = true,
        description = "PROVINCE, CITY, COUNTY, DISTRICT, ZONE, INDUSTRY, CITY_DIRECT or PRIMARY.")
    private String kind = "";

    @Option(
        names = "--area",
        required = true,
        description = "行政区划代码 Administrative division, six digits (GB/T 2260).")
    private String area = "";

    @Option(names = "--parent", description = "上级组织编码 Code of the union above; without: the top.")
    private @Nullable String parent;
  }

  @Command(
      name = "found",
      mixinStandardHelpOptions = true,
      description = {
        "建立一个组织或整棵组织树；可重复执行，已有且一致的保持不变，有一处不符则全部不建。",
        "Found one union or a whole tree. May be repeated: what is there and says the same stays;"
            + " if one cannot be, none is founded."
      })
  int found(
      @Mixin ConfigOptions options, @ArgGroup(multiplicity = "1", exclusive = true) What what) {
    Logs.console(Level.WARN);
    List<Founding.Union> unions =
        what.one != null ? List.of(union(what.one)) : read(Objects.requireNonNull(what.file));
    Config config = options.read().config();
    config.stores().requirePostgres();
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    Migrations.requireCurrent(config.stores().postgres());
    Founding.Done done;
    try (Connection database = postgres.jdbcConnection()) {
      done = new Founding(database, clock).found(unions);
    } catch (SQLException e) {
      throw new CannotStart(postgres + ": " + e.getMessage(), e);
    }
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT,
                "新建%d个组织，已有%d个。Founded %d, %d were there.",
                done.founded(),
                done.kept(),
                done.founded(),
                done.kept()));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private static Founding.Union union(One one) {
    return new Founding.Union("", one.code, one.parent, one.kind, one.name, one.area);
  }

  private static List<Founding.Union> read(Path file) {
    CsvMapper csv = CsvMapper.builder().enable(CsvParser.Feature.TRIM_SPACES).build();
    CsvSchema schema = CsvSchema.emptySchema().withHeader();
    List<Founding.Union> unions = new ArrayList<>();
    try (MappingIterator<Map<String, String>> rows =
        csv.readerFor(Map.class).with(schema).readValues(text(file))) {
      for (int number = 2; rows.hasNextValue(); number++) {
        Map<String, String> row = rows.nextValue();
        if (row.values().stream().allMatch(cell -> cell == null || cell.isEmpty())) {
          continue;
        }
        if (!row.keySet().equals(COLUMNS)) {
          throw new CannotStart(
              file
                  + ": the first line must name code,parent,kind,name,areaCode, and row "
                  + number
                  + " have as many columns, not "
                  + row.keySet());
        }
        String parent = row.get("parent");
        unions.add(
            new Founding.Union(
                "row " + number,
                column(row, "code"),
                parent == null || parent.isEmpty() ? null : parent,
                column(row, "kind"),
                column(row, "name"),
                column(row, "areaCode")));
      }
    } catch (JsonProcessingException e) {
      throw new CannotStart(file + " is no such CSV: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CannotStart(file + " cannot be read: " + e.getMessage(), e);
    }
    if (unions.isEmpty()) {
      throw new CannotStart(file + " names no union");
    }
    return unions;
  }

  private static String text(Path file) throws IOException {
    try {
      String text = Files.readString(file);
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new CannotStart(file + " is not UTF-8: save it as CSV UTF-8", e);
    }
  }

  private static String column(Map<String, String> row, String name) {
    return String.valueOf(row.get(name));
  }
}

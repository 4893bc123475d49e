package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Text;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.CannotStart;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Founds the tree of unions from the command line, where there is nobody yet who could: one tree,
 * all of what is given or nothing. What is there already and says the same stays as it is, so the
 * same list may be given again and be longer. Blocking. The audit names the gateway itself.
 */
public final class Founding {
  /** Kinds of organisations; a province stands at the top or nowhere. */
  private static final Set<String> KINDS =
      new LinkedHashSet<>(
          List.of(
              "PROVINCE",
              "CITY",
              "COUNTY",
              "DISTRICT",
              "ZONE",
              "INDUSTRY",
              "CITY_DIRECT",
              "PRIMARY"));

  private static final int NAME_LENGTH_MAX = 60;
  private static final int FAULTS_TOLD = 20;

  private static final String THERE =
      """
      select o.code, p.code as parent, o.kind, o.name, o.area_code
      from org o left join org p on p.id = o.parent
      """;

  private static final String LOCK = "lock table org in share row exclusive mode";

  private static final String ADD =
      """
      insert into org (id, code, parent, kind, name, area_code, path)
      select n.id, ?, p.id, ?, ?, ?, coalesce(p.path, '{}') || n.id
      from (select nextval('org_id')::integer as id) n left join org p on p.code = ?
      """;

  private static final String NOTE =
      """
      insert into audit (at, actor, orgs, action, subject, outcome, detail)
      select ?, 'gateway', array[id], 'org.added', code, 'DONE',
        jsonb_build_object('by', 'command line', 'kind', kind, 'name', name)
      from org where code = ?
      """;

  private final Connection database;
  private final Clock clock;

  public Founding(Connection database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * One union as it is to be.
   *
   * @param place where it was read, for faults: {@code row 7}, the head being the first; or empty
   * @param parent code of the union above; null: the top
   */
  public record Union(
      String place,
      String code,
      @Nullable String parent,
      String kind,
      String name,
      String areaCode) {
    private boolean isAs(Union other) {
      return code.equals(other.code)
          && String.valueOf(parent).equals(String.valueOf(other.parent))
          && kind.equals(other.kind)
          && name.equals(other.name)
          && areaCode.equals(other.areaCode);
    }

    private String at() {
      return (place.isEmpty() ? "" : place + ": ") + code;
    }
  }

  /** How many were founded, and how many were there before and stayed. */
  public record Done(int founded, int kept) {}

  /**
   * Founds what is not there.
   *
   * @param unions in any order
   * @throws CannotStart naming each that cannot be; then none was founded
   */
  public Done found(List<Union> unions) throws SQLException {
    List<String> faults = new ArrayList<>();
    Map<String, Union> wanted = new LinkedHashMap<>();
    for (Union union : unions) {
      check(union, faults);
      if (wanted.put(union.code(), union) != null) {
        faults.add(union.at() + " stands twice");
      }
    }
    database.setAutoCommit(false);
    try {
      execute(LOCK);
      Map<String, Union> there = there();
      List<Union> missing = missing(wanted, there, faults);
      if (!faults.isEmpty()) {
        throw new CannotStart(told(faults));
      }
      for (Union union : missing) {
        add(union);
      }
      database.commit();
      return new Done(missing.size(), wanted.size() - missing.size());
    } finally {
      database.rollback();
      database.setAutoCommit(true);
    }
  }

  private static void check(Union union, List<String> faults) {
    if (!Written.ORG.matcher(union.code()).matches()) {
      faults.add(union.at() + ": a code has 1 to 32 of A-Z a-z 0-9 . _ -");
    }
    if (!KINDS.contains(union.kind())) {
      faults.add(union.at() + ": kind " + union.kind() + " is none of " + KINDS);
    }
    if (union.kind().equals("PROVINCE") && union.parent() != null) {
      faults.add(union.at() + ": nothing stands above a PROVINCE");
    }
    if (!Written.AREA.matcher(union.areaCode()).matches()) {
      faults.add(union.at() + ": an area code has six digits (GB/T 2260)");
    }
    try {
      if (!Text.line("name", union.name(), NAME_LENGTH_MAX).equals(union.name())) {
        faults.add(union.at() + ": blanks around its name");
      }
    } catch (Fault.Malformed e) {
      faults.add(union.at() + ": " + e.getMessage());
    }
  }

  /** Those to be founded, each behind the one above it. */
  private static List<Union> missing(
      Map<String, Union> wanted, Map<String, Union> there, List<String> faults) {
    Set<String> known = new LinkedHashSet<>(there.keySet());
    List<Union> left = new ArrayList<>();
    for (Union union : wanted.values()) {
      Union found = there.get(union.code());
      if (found == null) {
        left.add(union);
      } else if (!found.isAs(union)) {
        faults.add(union.at() + " is there and is otherwise: " + described(found));
      }
    }
    long tops =
        left.stream().filter(union -> union.parent() == null).count()
            + there.values().stream().filter(union -> union.parent() == null).count();
    if (tops > 1) {
      faults.add("one union stands at the top, not " + tops + ": say which is above (parent)");
    }
    List<Union> ordered = new ArrayList<>();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Union union : List.copyOf(left)) {
        if (union.parent() == null || known.contains(union.parent())) {
          known.add(union.code());
          ordered.add(union);
          moved |= left.remove(union);
        }
      }
    }
    for (Union union : left) {
      faults.add(union.at() + ": there is no union " + union.parent() + " above it");
    }
    return ordered;
  }

  private static String described(Union union) {
    return String.join(
        ", ",
        Arrays.asList(union.kind(), union.name(), union.areaCode(), "below " + union.parent()));
  }

  private static String told(List<String> faults) {
    List<String> told = new ArrayList<>(faults.subList(0, Math.min(FAULTS_TOLD, faults.size())));
    if (faults.size() > FAULTS_TOLD) {
      told.add("and " + (faults.size() - FAULTS_TOLD) + " more");
    }
    return "nothing was founded:\n  " + String.join("\n  ", told);
  }

  private Map<String, Union> there() throws SQLException {
    Map<String, Union> there = new LinkedHashMap<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(THERE)) {
      while (rows.next()) {
        Union union =
            new Union(
                "",
                rows.getString("code"),
                rows.getString("parent"),
                rows.getString("kind"),
                rows.getString("name"),
                rows.getString("area_code").strip());
        there.put(union.code(), union);
      }
    }
    return there;
  }

  private void add(Union union) throws SQLException {
    try (PreparedStatement add = database.prepareStatement(ADD);
        PreparedStatement note = database.prepareStatement(NOTE)) {
      add.setString(1, union.code());
      add.setString(2, union.kind());
      add.setString(3, union.name());
      add.setString(4, union.areaCode());
      add.setString(5, union.parent());
      int added = add.executeUpdate();
      note.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
      note.setString(2, union.code());
      if (added != 1 || note.executeUpdate() != 1) {
        throw new IllegalStateException("union " + union.code() + " was not written");
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}

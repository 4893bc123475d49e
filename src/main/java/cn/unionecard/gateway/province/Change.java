package cn.unionecard.gateway.province;

import cn.unionecard.gateway.member.Roster;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The province's word on one union or one person, as far as it can be understood. Says nothing when
 * it is printed.
 *
 * @param subject a union's code, or a resident number, which may be none
 * @param text all of it, in one order: the same for the same
 * @param shown by which staff may know it
 * @param fault what cannot be understood, or null
 */
record Change(
    Kind kind,
    String subject,
    long revision,
    Map<String, String> members,
    String text,
    String shown,
    @Nullable Fault fault) {

  /** What it is about. */
  enum Kind {
    ORG,
    MEMBER,
    NEITHER
  }

  /**
   * What is wrong with one.
   *
   * @param reason Chinese first; holds nothing of what was given
   */
  record Fault(String field, String reason) {}

  private static final Set<String> OF_ORGS =
      Set.of("kind", "revision", "code", "name", "orgKind", "parent", "areaCode");
  private static final Set<String> OF_MEMBERS =
      Set.of("kind", "revision", "op", "identity", "name", "category", "org", "cardNo", "phone");

  private static final int TEXT_MAX = 200;

  Change {
    members = Map.copyOf(members);
  }

  /** Reads one, whatever it is. */
  static Change of(Object given) {
    if (!(given instanceof Map<?, ?> map)) {
      return neither(String.valueOf(given), "—", new Fault("row", "不是一个对象 · no object"));
    }
    Map<String, String> members = new TreeMap<>();
    Fault fault = null;
    for (Map.Entry<?, ?> one : map.entrySet()) {
      Object value = one.getValue();
      if (value instanceof String || value instanceof Number) {
        members.put(String.valueOf(one.getKey()), String.valueOf(value));
      } else if (value != null) {
        fault = new Fault("row", "成员不是文字或数字 · a member is neither text nor number");
      }
    }
    String text =
        members.entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining("\n"));
    Kind kind = kind(members.getOrDefault("kind", ""));
    String subject =
        kind == Kind.ORG
            ? members.getOrDefault("code", "")
            : kind == Kind.MEMBER ? members.getOrDefault("identity", "") : "";
    subject = kind == Kind.MEMBER ? subject.strip().toUpperCase(Locale.ROOT) : subject.strip();
    if (subject.isEmpty()) {
      return neither(
          text, "—", new Fault("kind", "既无工会编码也无证件号 · names neither a union nor a person"));
    }
    String shown = shown(kind, subject);
    long revision = revision(members.getOrDefault("revision", ""));
    if (revision < 0) { // it has no place among the others of its subject
      return neither(
          text, shown, new Fault("revision", "版本应为不小于零的整数 · revision is no whole number from 0"));
    }
    return new Change(
        kind,
        subject,
        revision,
        members,
        text,
        shown,
        fault == null ? fault(kind, members) : fault);
  }

  private static Change neither(String text, String shown, Fault fault) {
    return new Change(Kind.NEITHER, text, 0, Map.of(), text, shown, fault);
  }

  private static Kind kind(String name) {
    return name.equals("ORG") ? Kind.ORG : name.equals("MEMBER") ? Kind.MEMBER : Kind.NEITHER;
  }

  /** −1: it is none. */
  private static long revision(String text) {
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
  }

  private static @Nullable Fault fault(Kind kind, Map<String, String> members) {
    for (Map.Entry<String, String> one : members.entrySet()) {
      if (!(kind == Kind.ORG ? OF_ORGS : OF_MEMBERS).contains(one.getKey())) {
        return new Fault("row", "有不认识的成员 · it has a member that is not known");
      }
      if (one.getValue().length() > TEXT_MAX) {
        return new Fault(one.getKey(), "过长 · too long");
      }
    }
    String op = members.getOrDefault("op", "");
    return kind == Kind.MEMBER && !op.equals("HERE") && !op.equals("LEFT")
        ? new Fault("op", "应为 HERE 或 LEFT · op is neither HERE nor LEFT")
        : null;
  }

  boolean isLeaving() {
    return "LEFT".equals(members.get("op"));
  }

  String member(String name) {
    return members.getOrDefault(name, "");
  }

  Roster.Entry entry() {
    return new Roster.Entry(
        subject,
        member("name"),
        member("category"),
        member("org"),
        member("cardNo"),
        member("phone"));
  }

  private static String shown(Kind kind, String subject) {
    if (kind == Kind.ORG) {
      return subject.substring(0, Math.min(subject.length(), 32));
    }
    int hidden = subject.length() - 3;
    return hidden > 0
        ? subject.charAt(0)
            + "*".repeat(Math.min(hidden, 40))
            + subject.substring(subject.length() - 2)
        : "—";
  }

  @Override
  public String toString() {
    return "Change[" + kind + "]";
  }
}

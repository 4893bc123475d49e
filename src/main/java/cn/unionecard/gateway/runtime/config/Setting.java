package cn.unionecard.gateway.runtime.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** One key of the configuration: its name, what it may hold, and how it is printed. */
record Setting(String key, Type type, Secrecy secrecy) {
  private static final Pattern URL_PASSWORD = Pattern.compile("(://[^:@/]*:)[^@/]*@");
  private static final Pattern CAPITAL = Pattern.compile("([A-Z])");
  private static final String PREFIX = "ECARD_";

  /** What is printed of a value. */
  enum Secrecy {
    OPEN,
    /** All but the password of the URL. */
    URL,
    /** Nothing; and it is taken from the environment only, never from a file or a command line. */
    ENVIRONMENT_ONLY
  }

  /** What a value may be. */
  sealed interface Type {
    /** In words, for comments and refusals. */
    String range();
  }

  /** A whole number. */
  record Whole(long min, long max) implements Type {
    @Override
    public String range() {
      return min + " to " + max;
    }
  }

  /** A text that matches. */
  record Text(String pattern, String range) implements Type {}

  /** All keys, in the order of the file. */
  static final List<Setting> ALL = all();

  private static List<Setting> all() {
    List<Setting> all = new ArrayList<>();
    all.add(text("node.name", "[a-z0-9-]{1,32}", "1 to 32 of a-z, 0-9, -"));
    all.add(whole("node.eventLoops", 0, 256));
    all.add(whole("node.lanes", 0, 256));
    all.add(url("stores.postgres", "(postgres(ql)?://.+)?", "a postgresql:// URL or empty"));
    all.add(url("stores.redis", "(rediss?://.+)?", "a redis:// URL or empty"));
    all.add(text("http.host", "\\S+", "an address or host name"));
    all.add(whole("http.port", 0, 65_535));
    all.add(text("http.certificate", ".+", "a file"));
    all.add(text("http.privateKey", ".+", "a file"));
    all.add(text("http.terminalCa", ".+", "a file"));
    all.add(text("http.tlsEngine", "auto|openssl|jdk", "auto, openssl or jdk"));
    iso8583(all);
    all.add(text("management.host", "\\S+", "an address or host name"));
    all.add(whole("management.port", 0, 65_535));
    all.add(text("keys.kekFile", ".*", "a file or empty"));
    all.add(
        new Setting(
            "keys.kek", new Text("([0-9a-fA-F]{64})?", "64 hex digits"), Secrecy.ENVIRONMENT_ONLY));
    all.add(text("keys.receiptAlgorithm", "SM2|Ed25519", "SM2 or Ed25519"));
    desk(all);
    all.add(whole("review.rightDays", 1, 365));
    all.add(whole("review.textCharactersMax", 20, 500));
    all.add(whole("review.pageRows", 1, 1_000));
    all.add(whole("review.partnerReviewsMax", 1, 100));
    stream(all);
    admission(all);
    limits(all);
    return List.copyOf(all);
  }

  private static void iso8583(List<Setting> all) {
    all.add(text("iso8583.host", "\\S+", "an address or host name"));
    all.add(whole("iso8583.tlsPort", -1, 65_535));
    all.add(whole("iso8583.port", -1, 65_535));
    all.add(whole("iso8583.frameBytesMax", 256, 65_535));
    all.add(whole("iso8583.inFlightMax", 1, 4_096));
    all.add(whole("iso8583.idleTimeoutMs", 1_000, 3_600_000));
    all.add(
        text("iso8583.signOnCertificate", "activated|shown|never", "activated, shown or never"));
    all.add(whole("iso8583.signOnsPerMinute", 1, 1_000_000));
  }

  private static void desk(List<Setting> all) {
    all.add(text("desk.terminalCaKey", ".*", "a file or empty"));
    all.add(whole("desk.staffTokenLifetimeMs", 60_000, 86_400_000));
    all.add(whole("desk.passwordTriesMax", 1, 100));
    all.add(whole("desk.passwordLockMs", 1_000, 86_400_000));
    all.add(whole("desk.signInsMax", 1, 1_000));
    all.add(whole("desk.activationMs", 60_000, 2_000_000_000));
    all.add(whole("desk.vetoSweepMs", 1_000, 86_400_000));
    all.add(whole("desk.complaintSweepMs", 1_000, 86_400_000));
  }

  private static void stream(List<Setting> all) {
    String network = "[0-9a-fA-F.:]+/[0-9]{1,3}";
    all.add(whole("stream.retentionDays", 1, 36_500));
    all.add(whole("stream.subscriptionsMax", 1, 10_000));
    all.add(whole("stream.underWayMax", 1, 64));
    all.add(whole("stream.waitingMax", 1, 100_000));
    all.add(whole("stream.timeoutMs", 100, 60_000));
    all.add(text("stream.schemes", "https|http,https", "https or http,https"));
    all.add(text("stream.ports", "[0-9]{1,5}(,[0-9]{1,5})*", "ports by commas"));
    all.add(
        text(
            "stream.networks",
            "(" + network + "(," + network + ")*)?",
            "networks like 10.1.0.0/16 by commas, or empty"));
    all.add(text("stream.kafka", "(\\S+:[0-9]{1,5}(,\\S+:[0-9]{1,5})*)?", "host:port or empty"));
    all.add(text("stream.kafkaProperties", ".*", "a file or empty"));
  }

  private static void admission(List<Setting> all) {
    all.add(whole("admission.connectionsMax", 1, 1_000_000));
    all.add(whole("admission.connectionsPerAddressMax", 1, 1_000_000));
    all.add(whole("admission.unsentBytesMax", 65_536, 67_108_864));
    all.add(whole("admission.unsentBytesPerAddressMax", 65_536, 1_073_741_824));
    all.add(whole("admission.unsentMs", 1_000, 3_600_000));
    all.add(whole("admission.addressRequestsPerSecond", 1, 100_000));
    all.add(whole("admission.addressRequestsBurst", 1, 100_000));
  }

  private static void limits(List<Setting> all) {
    all.add(whole("limits.blockRequestsMax", 1, 512));
    all.add(whole("limits.queueRequestsMax", 1, 65_536));
    all.add(whole("limits.deadlineMs", 100, 60_000));
    all.add(whole("limits.statementTimeoutMs", 50, 60_000));
    all.add(whole("limits.redisTimeoutMs", 1, 5_000));
    all.add(whole("limits.bodyBytesMax", 1_024, 1_048_576));
    all.add(whole("limits.headerBytesMax", 1_024, 65_536));
    all.add(whole("limits.idleTimeoutMs", 1_000, 3_600_000));
    all.add(whole("limits.terminalRequestsPerSecond", 1, 100_000));
    all.add(whole("limits.terminalRequestsBurst", 1, 100_000));
    all.add(whole("limits.orderFenMax", 1, 100_000_000_000L));
    all.add(whole("limits.codeClaimMs", 1_000, 600_000));
    all.add(whole("limits.wrongCodesPerAliasMax", 1, 100));
    all.add(whole("limits.aliasLockMs", 1_000, 86_400_000));
    all.add(whole("limits.wrongCodesPerTerminalPerMinuteMax", 1, 10_000));
    all.add(whole("limits.tokenLifetimeMs", 10_000, 86_400_000));
    all.add(whole("limits.feedPageEventsMax", 1, 10_000));
    all.add(whole("limits.feedSubscribersMax", 1, 100_000));
    all.add(whole("limits.feedBufferBytesMax", 4_096, 67_108_864));
    all.add(whole("limits.drainMs", 0, 600_000));
    all.add(whole("limits.holdMs", 1_000, 3_600_000));
    all.add(whole("limits.holdSweepMs", 100, 60_000));
    all.add(whole("limits.offlineAgeMs", 60_000, 604_800_000));
    all.add(whole("limits.offlineFenMax", 0, 100_000_000_000L));
    all.add(whole("limits.offlineCountMax", 0, 1_000_000));
    all.add(whole("limits.advicesMax", 1, 512));
  }

  private static Setting whole(String key, long min, long max) {
    return new Setting(key, new Whole(min, max), Secrecy.OPEN);
  }

  private static Setting text(String key, String pattern, String range) {
    return new Setting(key, new Text(pattern, range), Secrecy.OPEN);
  }

  private static Setting url(String key, String pattern, String range) {
    return new Setting(key, new Text(pattern, range), Secrecy.URL);
  }

  /** {@code limits.deadlineMs} → {@code ECARD_LIMITS_DEADLINE_MS}. */
  String variable() {
    String words = CAPITAL.matcher(key.replace('.', '_')).replaceAll("_$1");
    return PREFIX + words.toUpperCase(Locale.ROOT);
  }

  static boolean isVariable(String name) {
    return name.startsWith(PREFIX);
  }

  boolean accepts(String value) {
    if (type instanceof Text text) {
      return value.matches(text.pattern());
    }
    Whole whole = (Whole) type;
    if (!value.matches("-?[0-9]{1,18}")) {
      return false;
    }
    long number = Long.parseLong(value);
    return whole.min() <= number && number <= whole.max();
  }

  /** The value as it may be shown. */
  String shown(String value) {
    return switch (secrecy) {
      case OPEN -> value;
      case URL -> URL_PASSWORD.matcher(value).replaceAll("$1***@");
      case ENVIRONMENT_ONLY -> value.isEmpty() ? "" : "***";
    };
  }
}

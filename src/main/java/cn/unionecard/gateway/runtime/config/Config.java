package cn.unionecard.gateway.runtime.config;

import cn.unionecard.gateway.runtime.CannotStart;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked. Precedence: flags, environment ({@code ECARD_…}), file,
 * defaults. {@code conf/gateway.yaml} lists every key with its unit.
 *
 * <p>The components are the keys, in the order of the file: {@code limits.deadlineMs} is {@link
 * Limits#deadlineMs}, and what it may hold stands before it.
 */
public record Config(
    Node node,
    Stores stores,
    Http http,
    Pages pages,
    Iso8583 iso8583,
    Management management,
    Log log,
    Keys keys,
    Desk desk,
    Review review,
    Settlement settlement,
    Stream stream,
    Province province,
    Admission admission,
    Limits limits) {

  /**
   * @param name names this node's chains, {@code a–z 0–9 -}; two live processes may not share it
   * @param eventLoops event loops; 0 = one per core
   * @param lanes lanes of the checkout line; 0 = one per event loop
   */
  public record Node(
      @Text(pattern = "[a-z0-9-]{1,32}", range = "1 to 32 of a-z, 0-9, -") String name,
      @Whole(min = 0, max = 256) int eventLoops,
      @Whole(min = 0, max = 256) int lanes) {}

  /**
   * @param postgres {@code postgresql://user:password@host:port/database}; empty = not given
   * @param redis {@code redis://[:password@]host:port[/database]}; empty = not given
   * @param linePostgres the same database for a login of the checkout line; empty = as postgres
   * @param reportPostgres the same for a login of reports; empty = as postgres
   */
  public record Stores(
      @Text(pattern = "(postgres(ql)?://.+)?", range = "a postgresql:// URL or empty") @Url
          String postgres,
      @Text(pattern = "(rediss?://.+)?", range = "a redis:// URL or empty") @Url String redis,
      @Text(pattern = "(postgres(ql)?://.+)?", range = "a postgresql:// URL or empty") @Url
          String linePostgres,
      @Text(pattern = "(postgres(ql)?://.+)?", range = "a postgresql:// URL or empty") @Url
          String reportPostgres) {
    /** One login for everything. */
    public Stores(String postgres, String redis) {
      this(postgres, redis, "", "");
    }

    /**
     * Passes when both are given.
     *
     * @throws CannotStart naming the one that is not
     */
    public void requireGiven() {
      requirePostgres();
      if (redis.isEmpty()) {
        throw new CannotStart("stores.redis is not set (ECARD_STORES_REDIS)");
      }
    }

    /** The same for PostgreSQL alone. */
    public void requirePostgres() {
      if (postgres.isEmpty()) {
        throw new CannotStart("stores.postgres is not set (ECARD_STORES_POSTGRES)");
      }
    }

    @Override
    public String toString() {
      return "Stores[…]";
    }
  }

  /**
   * @param port 0 = any free one
   * @param certificate PEM file, leaf first
   * @param privateKey PEM file (PKCS#8)
   * @param terminalCa PEM file of the CA that signs terminal certificates
   * @param tlsEngine {@code openssl}, {@code jdk}, or {@code auto}: the first where it works
   */
  public record Http(
      @Text(pattern = "\\S+", range = "an address or host name") String host,
      @Whole(min = 0, max = 65_535) int port,
      @Text(pattern = ".+", range = "a file") String certificate,
      @Text(pattern = ".+", range = "a file") String privateKey,
      @Text(pattern = ".+", range = "a file") String terminalCa,
      @Text(pattern = "auto|openssl|jdk", range = "auto, openssl or jdk") String tlsEngine) {}

  /**
   * What people look at in a browser; the certificate is that of {@link Http}, and no client
   * certificate is asked for.
   *
   * @param port 0 = any free one, {@link #OFF} = none
   * @param transport plain is for a loopback address only
   */
  public record Pages(
      @Text(pattern = "\\S+", range = "an address or host name") String host,
      @Whole(min = -1, max = 65_535) int port,
      Transport transport) {
    /** No listener. */
    public static final int OFF = -1;

    /** What browsers speak to it. */
    public enum Transport {
      TLS,
      /** HTTP, which a browser trusts on its own machine alone. */
      PLAIN
    }
  }

  /**
   * Where POS terminals connect; the certificates are those of {@link Http}.
   *
   * @param tlsPort TLS; 0 = any free one, {@link #OFF} = none
   * @param port plain TCP; 0 = any free one, {@link #OFF} = none
   * @param frameBytesMax longest frame, without its length
   * @param inFlightMax requests of one connection that are worked on at once
   * @param idleTimeoutMs a connection without a whole frame for so long is closed
   * @param signOnCertificate who must show a client certificate to sign on
   * @param signOnsPerMinute sign-ons from one address that shows no certificate
   */
  public record Iso8583(
      @Text(pattern = "\\S+", range = "an address or host name") String host,
      @Whole(min = -1, max = 65_535) int tlsPort,
      @Whole(min = -1, max = 65_535) int port,
      @Whole(min = 256, max = 65_535) int frameBytesMax,
      @Whole(min = 1, max = 4_096) int inFlightMax,
      @Whole(min = 1_000, max = 3_600_000) int idleTimeoutMs,
      SignOnCertificate signOnCertificate,
      @Whole(min = 1, max = 1_000_000) int signOnsPerMinute) {
    /** No listener. */
    public static final int OFF = -1;

    /** Who must show a client certificate to sign on. */
    public enum SignOnCertificate {
      /** Whose device was activated, or has shown one. */
      ACTIVATED,
      /** Who has used working keys behind one. */
      SHOWN,
      /** Nobody. */
      NEVER
    }
  }

  /** Metrics and health; plain HTTP, keep it off public networks. */
  public record Management(
      @Text(pattern = "\\S+", range = "an address or host name") String host,
      @Whole(min = 0, max = 65_535) int port) {}

  /**
   * What is written of the node's work.
   *
   * @param level the least grave lines that are written
   * @param levels loggers with a level of their own, {@code name=level} by commas; a name stands
   *     for all below it, too
   * @param access which requests and POS messages get a line each
   * @param accessFile where these lines go; empty = to standard output, among the others
   */
  public record Log(
      Level level,
      @Text(
              pattern = "(" + LOGGER_LEVEL + "(," + LOGGER_LEVEL + ")*)?",
              range = "name=off, error, warn, info or debug, by commas, or empty")
          String levels,
      Access access,
      @Text(pattern = ".*", range = "a file or empty") String accessFile) {
    private static final String LOGGER_LEVEL = "[A-Za-z_][\\w.$]*=(off|error|warn|info|debug)";

    /** How grave a line is. */
    public enum Level {
      ERROR,
      WARN,
      INFO,
      DEBUG
    }

    /** Which requests get a line. */
    public enum Access {
      /** None. */
      NONE,
      /** Those that were neither done nor refused by a rule; so many a minute. */
      PROBLEMS,
      /** Each. */
      ALL
    }

    /** Each logger of {@link #levels} with its level. */
    public Map<String, String> ownLevels() {
      Map<String, String> own = new TreeMap<>();
      for (String one : levels.isEmpty() ? new String[0] : levels.split(",", -1)) {
        int equals = one.indexOf('=');
        own.put(one.substring(0, equals), one.substring(equals + 1));
      }
      return own;
    }
  }

  /**
   * @param kekFile file holding the key-encryption key, 64 hex digits, and behind it, each on a
   *     line of its own, others that open what they wrapped; or null
   * @param kek the keys themselves by commas, by environment only; or null
   * @param receiptAlgorithm {@code SM2} or {@code Ed25519}
   */
  public record Keys(
      @Text(pattern = ".*", range = "a file or empty") @Nullable String kekFile,
      @Text(
              pattern = "([0-9a-fA-F]{64}(,[0-9a-fA-F]{64})*)?",
              range = "64 hex digits, several by commas")
          @FromEnvironmentOnly
          @Nullable String kek,
      @Text(pattern = "SM2|Ed25519", range = "SM2 or Ed25519") String receiptAlgorithm) {
    @Override
    public String toString() {
      return "Keys[…]";
    }
  }

  /**
   * The union desk.
   *
   * @param terminalCaKey PEM file (PKCS#8) of the key that belongs to {@link Http#terminalCa};
   *     empty = this node gives terminals no certificates
   * @param staffTokenLifetimeMs lifetime of a token that staff sign in for
   * @param passwordTriesMax wrong passwords in a row that lock an account
   * @param passwordLockMs how long it stays locked
   * @param signInsMax sign-ins worked on or waiting at once on one node
   * @param secondFactor {@code required}: no account signs in without one, but partners' machines
   * @param activationMs how long an activation code is good for
   * @param vetoSweepMs how often the veto is looked at without a cause
   * @param complaintSweepMs how often complaints are looked for whose time is over
   */
  public record Desk(
      @Text(pattern = ".*", range = "a file or empty") String terminalCaKey,
      @Whole(min = 60_000, max = 86_400_000) int staffTokenLifetimeMs,
      @Whole(min = 1, max = 100) int passwordTriesMax,
      @Whole(min = 1_000, max = 86_400_000) int passwordLockMs,
      @Whole(min = 1, max = 1_000) int signInsMax,
      @Text(pattern = "optional|required", range = "optional or required") String secondFactor,
      @Whole(min = 60_000, max = 2_000_000_000) int activationMs,
      @Whole(min = 1_000, max = 86_400_000) int vetoSweepMs,
      @Whole(min = 1_000, max = 86_400_000) int complaintSweepMs,
      @Whole(min = 1, max = 1_000_000) int readsAlarm,
      @Whole(min = 1, max = 1_000_000) int readsMax) {}

  /**
   * Reviews.
   *
   * @param rightDays days after a purchase in which it may be reviewed, and the review edited
   * @param textCharactersMax longest text of a review or a reply
   * @param pageRows reviews or decisions listed at a time
   * @param partnerReviewsMax reviews a partner sends at once
   */
  public record Review(
      @Whole(min = 1, max = 365) int rightDays,
      @Whole(min = 20, max = 500) int textCharactersMax,
      @Whole(min = 1, max = 1_000) int pageRows,
      @Whole(min = 1, max = 100) int partnerReviewsMax) {}

  /**
   * Days that close, payments, and what is told when something looks odd.
   *
   * @param closeAfterMs how long a day has to be over before it closes, milliseconds
   * @param sweepMs between two looks whether a day is to be closed, milliseconds
   * @param payeeCoolingMs how long a changed account is not paid to, milliseconds
   * @param caseWorkingDays time to clear up a difference
   * @param hintThresholdOrders orders just over a threshold, of one merchant and campaign in a day
   * @param hintThresholdMarginPermille how far over it is just over it
   * @param hintThresholdSharePermille of all its orders with that campaign
   * @param hintPairSales sales to one card at one merchant in a day
   * @param hintUndone sales undone soon, of one merchant in a day
   * @param hintUndoMinutes how soon
   * @param hintMinuteSales sales of one terminal in a minute
   * @param hintPromiseOrders orders from which on a merchant's promise is looked at
   */
  public record Settlement(
      @Whole(min = 0, max = 86_400_000) int closeAfterMs,
      @Whole(min = 1_000, max = 86_400_000) int sweepMs,
      @Whole(min = 0, max = 2_000_000_000) int payeeCoolingMs,
      @Whole(min = 1, max = 60) int caseWorkingDays,
      @Whole(min = 2, max = 100_000) int hintThresholdOrders,
      @Whole(min = 0, max = 1_000) int hintThresholdMarginPermille,
      @Whole(min = 1, max = 1_000) int hintThresholdSharePermille,
      @Whole(min = 2, max = 100_000) int hintPairSales,
      @Whole(min = 1, max = 100_000) int hintUndone,
      @Whole(min = 1, max = 1_440) int hintUndoMinutes,
      @Whole(min = 2, max = 100_000) int hintMinuteSales,
      @Whole(min = 1, max = 100_000) int hintPromiseOrders) {}

  /**
   * The stream back to the union.
   *
   * @param retentionDays how long events are kept
   * @param subscriptionsMax subscriptions of all organisations together
   * @param underWayMax deliveries to one subscriber at the same time
   * @param waitingMax events planned ahead for one subscriber; the rest waits in the feed
   * @param timeoutMs time a webhook has to answer
   * @param schemes {@code https}, or {@code http,https} where nothing real is at stake
   * @param ports those that webhooks may have, by commas
   * @param networks internal networks (CIDR, by commas) that webhooks may lie in; empty = none
   * @param kafka brokers, {@code host:port} by commas; empty = no Kafka
   * @param kafkaProperties file with further settings of the producer, such as its login; empty =
   *     none
   */
  public record Stream(
      @Whole(min = 1, max = 36_500) int retentionDays,
      @Whole(min = 1, max = 10_000) int subscriptionsMax,
      @Whole(min = 1, max = 64) int underWayMax,
      @Whole(min = 1, max = 100_000) int waitingMax,
      @Whole(min = 100, max = 60_000) int timeoutMs,
      @Text(pattern = "https|http,https", range = "https or http,https") String schemes,
      @Text(pattern = "[0-9]{1,5}(,[0-9]{1,5})*", range = "ports by commas") String ports,
      @Text(
              pattern = "([0-9a-fA-F.:]+/[0-9]{1,3}(,[0-9a-fA-F.:]+/[0-9]{1,3})*)?",
              range = "networks like 10.1.0.0/16 by commas, or empty")
          String networks,
      @Text(pattern = "(\\S+:[0-9]{1,5}(,\\S+:[0-9]{1,5})*)?", range = "host:port or empty")
          String kafka,
      @Text(pattern = ".*", range = "a file or empty") String kafkaProperties) {}

  /**
   * The province's platform.
   *
   * @param url where it answers; empty = there is none, or it takes files
   * @param token shown to it, by environment only
   * @param account in whose name its rows are entered: a clerk of the union whose subtree it feeds;
   *     empty = there is none
   * @param everyMs between two rounds, milliseconds
   * @param timeoutMs time it has for an answer
   * @param pageRows rows of one request, both ways
   * @param wholeMs how often all is read from the start and numbers of cards are compared,
   *     milliseconds
   */
  public record Province(
      @Text(pattern = "(https?://[^\\s?#]+)?", range = "an https:// URL or empty") @Url String url,
      @Text(pattern = "\\S{0,500}", range = "500 characters without blanks at most")
          @FromEnvironmentOnly
          @Nullable String token,
      @Text(pattern = "([a-z][a-z0-9._-]{2,31})?", range = "a login or empty") String account,
      @Whole(min = 100, max = 86_400_000) int everyMs,
      @Whole(min = 100, max = 60_000) int timeoutMs,
      @Whole(min = 1, max = 1_000) int pageRows,
      @Whole(min = 1_000, max = 2_000_000_000) int wholeMs) {
    /** Whether there is one that is called. */
    public boolean isThere() {
      return !url.isEmpty();
    }

    /** Whether there is one: called, or told by files. */
    public boolean isLinked() {
      return !account.isEmpty();
    }

    @Override
    public String toString() {
      return "Province[…]";
    }
  }

  /**
   * What strangers may take of a node.
   *
   * @param connectionsMax open connections of all listeners of the node
   * @param connectionsPerAddressMax of them, from one address
   * @param unsentBytesMax bytes of answers that one connection may leave unread
   * @param unsentBytesPerAddressMax bytes that the connections of one address may leave unread
   * @param unsentMs time in which each piece of an answer must be read
   * @param addressRequestsPerSecond what one address may ask unproved, and what may fail of it, for
   *     long
   * @param addressRequestsBurst the same, at once
   * @param addressFilesPerSecond files of the pages that one address may fetch, for long
   * @param addressFilesBurst the same, at once
   * @param cardRequestsPerSecond what the phone of one card may ask, for long
   * @param cardRequestsBurst the same, at once
   */
  public record Admission(
      @Whole(min = 1, max = 1_000_000) int connectionsMax,
      @Whole(min = 1, max = 1_000_000) int connectionsPerAddressMax,
      @Whole(min = 65_536, max = 67_108_864) int unsentBytesMax,
      @Whole(min = 65_536, max = 1_073_741_824) int unsentBytesPerAddressMax,
      @Whole(min = 1_000, max = 3_600_000) int unsentMs,
      @Whole(min = 1, max = 100_000) int addressRequestsPerSecond,
      @Whole(min = 1, max = 100_000) int addressRequestsBurst,
      @Whole(min = 1, max = 100_000) int addressFilesPerSecond,
      @Whole(min = 1, max = 100_000) int addressFilesBurst,
      @Whole(min = 1, max = 100_000) int cardRequestsPerSecond,
      @Whole(min = 1, max = 100_000) int cardRequestsBurst) {
    /** The same with another number of connections; no address may have more than all. */
    public Admission withConnectionsMax(int connections) {
      return new Admission(
          connections,
          Math.min(connectionsPerAddressMax, connections),
          unsentBytesMax,
          unsentBytesPerAddressMax,
          unsentMs,
          addressRequestsPerSecond,
          addressRequestsBurst,
          addressFilesPerSecond,
          addressFilesBurst,
          cardRequestsPerSecond,
          cardRequestsBurst);
    }
  }
}

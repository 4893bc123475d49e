package cn.unionecard.gateway.runtime.config;

import cn.unionecard.gateway.runtime.CannotStart;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked. Precedence: flags, environment ({@code ECARD_…}), file,
 * defaults. {@code conf/gateway.yaml} lists every key with its unit.
 */
public record Config(
    Node node,
    Stores stores,
    Http http,
    Iso8583 iso8583,
    Management management,
    Keys keys,
    Desk desk,
    Review review,
    Stream stream,
    Admission admission,
    Limits limits) {

  /**
   * @param name names this node's chains, {@code a–z 0–9 -}; two live processes may not share it
   * @param eventLoops event loops; 0 = one per core
   * @param lanes lanes of the checkout line; 0 = one per event loop
   */
  public record Node(String name, int eventLoops, int lanes) {}

  /**
   * @param postgres {@code postgresql://user:password@host:port/database}; empty = not given
   * @param redis {@code redis://[:password@]host:port[/database]}; empty = not given
   */
  public record Stores(String postgres, String redis) {
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
      String host,
      int port,
      String certificate,
      String privateKey,
      String terminalCa,
      String tlsEngine) {
    /** With the engine chosen by what works. */
    public Http(String host, int port, String certificate, String privateKey, String terminalCa) {
      this(host, port, certificate, privateKey, terminalCa, "auto");
    }
  }

  /**
   * Where POS terminals connect; the certificates are those of {@link Http}.
   *
   * @param port plain TCP; 0 = any free one, {@link #OFF} = none
   * @param tlsPort TLS; 0 = any free one, {@link #OFF} = none
   * @param frameBytesMax longest frame, without its length
   * @param inFlightMax requests of one connection that are worked on at once
   * @param idleTimeoutMs a connection without a whole frame for so long is closed
   * @param signOnCertificate who must show a client certificate to sign on
   * @param signOnsPerMinute sign-ons from one address that shows no certificate
   */
  public record Iso8583(
      String host,
      int port,
      int tlsPort,
      int frameBytesMax,
      int inFlightMax,
      int idleTimeoutMs,
      SignOnCertificate signOnCertificate,
      int signOnsPerMinute) {
    /** No listener. */
    public static final int OFF = -1;

    /** A node that POS terminals cannot reach. */
    public static final Iso8583 NONE =
        new Iso8583("127.0.0.1", OFF, OFF, 1024, 1, 60_000, SignOnCertificate.ACTIVATED, 1);

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
  public record Management(String host, int port) {}

  /**
   * @param kekFile file holding the key-encryption key, 64 hex digits; or null
   * @param kek the key itself, by environment only; or null
   * @param receiptAlgorithm {@code SM2} or {@code Ed25519}
   */
  public record Keys(@Nullable String kekFile, @Nullable String kek, String receiptAlgorithm) {
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
   * @param activationMs how long an activation code is good for
   * @param vetoSweepMs how often the veto is looked at without a cause
   * @param complaintSweepMs how often complaints are looked for whose time is over
   */
  public record Desk(
      String terminalCaKey,
      int staffTokenLifetimeMs,
      int passwordTriesMax,
      int passwordLockMs,
      int signInsMax,
      int activationMs,
      int vetoSweepMs,
      int complaintSweepMs) {}

  /**
   * Reviews.
   *
   * @param rightDays days after a purchase in which it may be reviewed, and the review edited
   * @param textCharactersMax longest text of a review or a reply
   * @param pageRows reviews or decisions listed at a time
   * @param partnerReviewsMax reviews a partner sends at once
   */
  public record Review(int rightDays, int textCharactersMax, int pageRows, int partnerReviewsMax) {}

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
      int retentionDays,
      int subscriptionsMax,
      int underWayMax,
      int waitingMax,
      int timeoutMs,
      String schemes,
      String ports,
      String networks,
      String kafka,
      String kafkaProperties) {}

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
   */
  public record Admission(
      int connectionsMax,
      int connectionsPerAddressMax,
      int unsentBytesMax,
      int unsentBytesPerAddressMax,
      int unsentMs,
      int addressRequestsPerSecond,
      int addressRequestsBurst) {
    /** The same with another number of connections; no address may have more than all. */
    public Admission withConnectionsMax(int connections) {
      return new Admission(
          connections,
          Math.min(connectionsPerAddressMax, connections),
          unsentBytesMax,
          unsentBytesPerAddressMax,
          unsentMs,
          addressRequestsPerSecond,
          addressRequestsBurst);
    }
  }
}

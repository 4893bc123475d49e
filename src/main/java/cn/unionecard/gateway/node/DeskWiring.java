package cn.unionecard.gateway.node;

import cn.unionecard.gateway.campaign.Campaigns;
import cn.unionecard.gateway.complaint.Complaints;
import cn.unionecard.gateway.delivery.Couriers;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.RatingKeys;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.member.Members;
import cn.unionecard.gateway.merchant.Merchants;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.partner.Partners;
import cn.unionecard.gateway.privacy.Privacy;
import cn.unionecard.gateway.progress.Progress;
import cn.unionecard.gateway.province.Province;
import cn.unionecard.gateway.report.Reports;
import cn.unionecard.gateway.review.Reviews;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.tls.Certificates;
import cn.unionecard.gateway.runtime.watch.Readiness;
import cn.unionecard.gateway.settlement.Settlement;
import cn.unionecard.gateway.shop.Shop;
import cn.unionecard.gateway.tasks.Tasks;
import cn.unionecard.gateway.union.AuditSeals;
import cn.unionecard.gateway.union.StaffEpochs;
import cn.unionecard.gateway.union.Union;
import cn.unionecard.gateway.voucher.Vouchers;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The union's desks, and what they do by themselves: sweeps, seals, deliveries. */
final class DeskWiring {
  private final Machine machine;
  private final NodeKeys keys;
  private final StaffEpochs epochs;
  private final Union union;
  private final AuditSeals seals;
  private final Privacy privacy;
  private final Members members;
  private final Partners partners;
  private final Province province;
  private final Merchants merchants;
  private final Tasks tasks;
  private final Campaigns campaigns;
  private final Vertx claims;
  private final Vouchers vouchers;
  private final Progress progress;
  private final Complaints complaints;
  private final Reviews reviews;
  private final Reports reports;
  private final Shop shop;
  private final Settlement settlement;
  private final Couriers couriers;

  /**
   * @param blocks how many the line has flown so far
   */
  DeskWiring(Machine machine, Stores stores, NodeKeys keys, Feed feed, LongSupplier blocks) {
    Config config = machine.config();
    Vertx vertx = machine.vertx();
    Clock clock = machine.clock();
    SecureRandom random = machine.random();
    MeterRegistry registry = machine.metrics().registry();
    this.machine = machine;
    this.keys = keys;
    epochs = new StaffEpochs(stores.postgres, config.limits(), System::nanoTime);
    Kek kek = keys.kek();
    union =
        new Union(vertx, stores.desks, kek, this::token, config.desk(), clock, random, registry);
    seals = new AuditSeals(stores.desks, keys::sealing, clock, registry);
    privacy =
        new Privacy(
            vertx,
            stores.reports,
            stores.desks,
            keys::memberVault,
            config.desk(),
            config.limits(),
            clock,
            registry);
    members =
        new Members(
            vertx,
            stores.desks,
            blocks,
            keys::memberVault,
            keys::codeKeys,
            privacy.reads(),
            new PhoneWiring(
                NodeKeys.assertions(vertx, stores.desks, clock),
                keys.tokenIssuer(),
                Duration.ofMillis(config.limits().tokenLifetimeMs())),
            config.desk(),
            config.review().rightDays(),
            clock,
            random);
    partners =
        new Partners(
            vertx,
            stores.desks,
            new PartnerWiring(
                NodeKeys.assertions(vertx, stores.desks, clock),
                keys.tokenIssuer(),
                Duration.ofMillis(config.limits().tokenLifetimeMs())),
            clock,
            random);
    province =
        new Province(
            vertx,
            stores.desks,
            members::roster,
            keys::statements,
            config.province(),
            clock,
            random,
            registry);
    merchants =
        new Merchants(vertx, stores.desks, kek, authority(config), config.desk(), clock, random);
    progress = new Progress(vertx, stores.desks, kek, clock, random);
    tasks = new Tasks(stores.desks, clock);
    campaigns = new Campaigns(stores.desks, clock);
    claims = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    vouchers =
        new Vouchers(
            vertx,
            claims,
            stores.desks,
            stores.postgres,
            config.stores().redis(),
            config.limits(),
            clock,
            random);
    complaints = new Complaints(vertx, stores.desks, stores.voices, config.desk(), clock, random);
    reviews = new Reviews(stores.desks, stores.voices, config.review(), clock);
    reports = new Reports(vertx, stores.reports, config.limits(), clock);
    shop = new Shop(vertx, stores.postgres, config.limits(), keys::customers, clock);
    settlement =
        new Settlement(
            vertx,
            stores.postgres,
            stores.desks,
            config.settlement(),
            config.limits(),
            new Settlement.Means(clock, random, keys::statements, kek));
    couriers =
        new Couriers(
            vertx,
            feed,
            stores.postgres,
            stores.desks,
            config,
            new Couriers.Means(clock, random, kek, registry));
  }

  private String token(String login, String org, Set<Caller.Role> roles, long epoch) {
    Duration lifetime = Duration.ofMillis(machine.config().desk().staffTokenLifetimeMs());
    return keys.tokenIssuer().staff(login, org, roles, epoch, lifetime);
  }

  /** Who signs the terminals' certificates; null: not this node. */
  private static Certificates.@Nullable Identity authority(Config config) {
    String key = config.desk().terminalCaKey();
    return key.isEmpty() ? null : Certificates.authority(config.http().terminalCa(), key);
  }

  /** The desks for one event loop. */
  List<Desk> desks() {
    List<Desk> desks = new ArrayList<>(merchants.desks());
    desks.add(union.desk());
    desks.addAll(vouchers.desks());
    desks.addAll(privacy.desks());
    desks.addAll(members.desks());
    desks.addAll(partners.desks());
    desks.add(province.desk());
    desks.add(tasks);
    desks.addAll(campaigns.desks());
    desks.addAll(progress.desks());
    desks.addAll(complaints.desks());
    desks.addAll(reviews.desks());
    desks.add(reports.desk());
    desks.add(shop.desk());
    desks.addAll(settlement.desks());
    desks.add(couriers.desk());
    return desks;
  }

  /** Where tills bring what their rating keys were pressed for. */
  RatingKeys ratingKeys() {
    return reviews.ratingKeys();
  }

  /** Whether an account is still as it was when its token was given out. */
  boolean isCurrent(Caller.Staff staff) {
    return epochs.isCurrent(staff);
  }

  /** Whether somebody has signed out of a session before the pages. */
  boolean hasEnded(String session) {
    return epochs.hasEnded(session);
  }

  /** A session before the pages is in use. */
  void used(String session) {
    union.used(session);
  }

  /** Succeeds while a phone has its card still. */
  Future<Void> standing(Caller.Member member) {
    return members.standing().require(member);
  }

  void tell(Readiness readiness) {
    readiness.watch("working-days", this::calendarsAreKnown);
    readiness.watch("audit", this::auditIsWhole);
  }

  /** Learns which accounts stand as they do; before anybody is let in. */
  Future<Void> open() {
    vouchers.open();
    return epochs.open(machine.vertx());
  }

  Future<Void> startDelivering() {
    return couriers.start();
  }

  /** Begins with what the desks do by themselves. */
  void startSweeping() {
    merchants.start();
    seals.start(machine.vertx());
    complaints.start();
    settlement.start();
    vouchers.start();
    progress.start();
    privacy.start();
    partners.start();
    province.start();
  }

  Future<Void> stop() {
    return province
        .stop()
        .transform(over -> couriers.stop())
        .transform(over -> vouchers.stop())
        .transform(over -> claims.close());
  }

  private Future<Void> calendarsAreKnown() {
    return complaints
        .missingCalendars()
        .compose(
            years ->
                years.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(new Complaints.CalendarMissing()));
  }

  private Future<Void> auditIsWhole() {
    return seals.isWhole()
        ? Future.succeededFuture()
        : Future.failedFuture(new AuditSeals.Rewritten());
  }
}

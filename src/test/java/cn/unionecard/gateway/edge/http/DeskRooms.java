package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.TestConfig;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.campaign.Campaigns;
import cn.unionecard.gateway.complaint.Complaints;
import cn.unionecard.gateway.delivery.Couriers;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.feed.Feed;
import cn.unionecard.gateway.member.Members;
import cn.unionecard.gateway.merchant.Merchants;
import cn.unionecard.gateway.merchant.VetoSweep;
import cn.unionecard.gateway.partner.Partners;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.privacy.Privacy;
import cn.unionecard.gateway.progress.Progress;
import cn.unionecard.gateway.province.Province;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.report.Reports;
import cn.unionecard.gateway.review.Reviews;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.settlement.Settlement;
import cn.unionecard.gateway.shop.Customers;
import cn.unionecard.gateway.shop.Shop;
import cn.unionecard.gateway.tasks.Tasks;
import cn.unionecard.gateway.union.Union;
import cn.unionecard.gateway.voucher.Vouchers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The rooms of the union's desks, wired as a node wires them, behind one edge. */
final class DeskRooms {
  private static final Config.Keys KEYS = new Config.Keys(null, "5a".repeat(Kek.BYTES), "SM2");

  final Union union;
  final Privacy privacy;
  final Members members;
  final Partners partners;
  final Progress progress;
  final Vouchers vouchers;
  final VetoSweep vetoes;
  final Complaints complaints;
  final Settlement settlement;
  private final Vertx vertx;
  private final Pool pool;
  private final List<Desk> desks = new ArrayList<>();

  /**
   * What rooms share.
   *
   * @param voices connections for what people say: many, and slow
   */
  record Means(
      String url,
      TestLine line,
      Pool pool,
      Pool voices,
      Feed feed,
      Config.Desk desk,
      SimpleMeterRegistry meters) {}

  DeskRooms(EdgeHouse house, Means means) {
    vertx = means.line.vertx;
    pool = means.pool;
    Clock clock = house.clock;
    PostgresUrl postgres = PostgresUrl.parse(TestStores.serving(means.url));
    PostgresUrl reporting = PostgresUrl.parse(TestStores.reporting(means.url));
    union =
        new Union(
            vertx,
            pool,
            Kek.of(KEYS),
            (login, org, roles, epoch) ->
                house.issuer.staff(login, org, roles, epoch, Duration.ofMinutes(15)),
            means.desk,
            clock,
            new SecureRandom(),
            means.meters);
    Merchants merchants =
        new Merchants(
            vertx,
            pool,
            Kek.of(KEYS),
            house.certificates.authority(),
            means.desk,
            clock,
            new SecureRandom());
    vetoes = merchants.sweep();
    privacy =
        new Privacy(
            vertx,
            reporting,
            pool,
            DeskRooms::vault,
            means.desk,
            TestLine.limits(),
            clock,
            means.meters);
    members =
        new Members(
            vertx,
            pool,
            means.line.line::blocks,
            DeskRooms::vault,
            () -> TestTown.CODE_KEYS,
            privacy.reads(),
            house.phones(),
            means.desk,
            TestLine.review().rightDays(),
            clock,
            new SecureRandom());
    vouchers =
        new Vouchers(
            vertx,
            vertx,
            pool,
            postgres,
            TestStores.get().redisUrl(),
            TestLine.limits(),
            clock,
            new SecureRandom());
    vouchers.open();
    partners = new Partners(vertx, pool, house.programs(), clock, new SecureRandom());
    progress = new Progress(vertx, pool, Kek.of(KEYS), clock, new SecureRandom());
    complaints = new Complaints(vertx, pool, means.voices, means.desk, clock, new SecureRandom());
    settlement =
        new Settlement(
            vertx,
            postgres,
            pool,
            TestLine.settlement(),
            TestLine.limits(),
            new Settlement.Means(clock, new SecureRandom(), DeskRooms::signer, Kek.of(KEYS)));
    Couriers couriers =
        new Couriers(
            vertx,
            means.feed,
            postgres,
            pool,
            config(means.url),
            new Couriers.Means(clock, new SecureRandom(), Kek.of(KEYS), new SimpleMeterRegistry()));
    desks.addAll(merchants.desks());
    desks.add(union.desk());
    desks.addAll(vouchers.desks());
    desks.addAll(privacy.desks());
    desks.addAll(members.desks());
    desks.addAll(partners.desks());
    desks.add(province(new Config.Province("", null, "", 1_000, 1_000, 1, 1_000), clock).desk());
    desks.add(new Tasks(pool, clock));
    desks.addAll(new Campaigns(pool, clock).desks());
    desks.addAll(progress.desks());
    desks.addAll(complaints.desks());
    desks.addAll(new Reviews(pool, means.voices, TestLine.review(), clock).desks());
    desks.add(new Reports(vertx, reporting, TestLine.limits(), clock).desk());
    desks.add(new Shop(vertx, postgres, TestLine.limits(), DeskRooms::customers, clock).desk());
    desks.addAll(settlement.desks());
    desks.add(couriers.desk());
  }

  List<Desk> desks() {
    return desks;
  }

  /** A vault of one's own, of the house's keys. */
  static MemberVault vault() {
    return new MemberVault(DeskHouse.VAULT_KEY, Kek.of(KEYS), new SecureRandom());
  }

  private static Customers customers() {
    MemberVault vault = vault();
    return (merchant, member, wrapped) -> vault.open(member, wrapped).pseudonym(merchant);
  }

  private static FileSigner signer() {
    SigningKey key = TestLine.signingKey();
    return new FileSigner(key.kid(), key.algorithm().header, key::sign);
  }

  private static Config config(String url) {
    return TestConfig.of(
        new Config.Node("desk", 1, 1),
        new Config.Stores(TestStores.serving(url), ""),
        KEYS,
        TestLine.stream(),
        TestLine.limits());
  }

  /** One more node's link to a platform of the province. */
  Province province(Config.Province config, Clock clock) {
    return new Province(
        vertx,
        pool,
        members::roster,
        DeskRooms::signer,
        config,
        clock,
        new SecureRandom(),
        new SimpleMeterRegistry());
  }
}

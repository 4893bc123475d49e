package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.gateway.model.Luhn;
import cn.unionecard.gateway.model.TerminalId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Sets up the merchants of the six categories and the terminals in their shops. */
final class Market {
  /** The first terminals stand one each at merchants that are live. */
  static final int SHOWN_TERMINALS = 50;

  /** The first of these are the newcomer's own: the demo plays at others. */
  static final int DESK_TERMINALS = 4;

  private static final int LIVE_FIRST = 60;

  private Market() {}

  static List<Merchant> merchants(int count, RandomGenerator random) {
    Weighted<Area> areas = new Weighted<>(List.of(Area.values()), area -> area.weight);
    Weighted<Trade> trades = new Weighted<>(List.of(Trade.values()), trade -> trade.weight);
    List<Merchant> merchants = new ArrayList<>(count);
    for (int id = 1; id <= count; id++) {
      // The first ones go through the categories in turn, so that every short list shows them all.
      Trade trade =
          id <= LIVE_FIRST ? Trade.values()[(id - 1) % Trade.values().length] : trades.draw(random);
      merchants.add(merchant(id, areas.draw(random), trade, random));
    }
    return merchants;
  }

  static List<Terminal> terminals(int count, List<Merchant> merchants, RandomGenerator random) {
    List<Terminal> terminals = new ArrayList<>(count);
    for (int id = 1; id <= count; id++) {
      int merchant = id <= merchants.size() ? id : 1 + random.nextInt(merchants.size());
      TerminalId number = new TerminalId(String.format(Locale.ROOT, "T%07d", id));
      terminals.add(new Terminal(id, number, merchant, id > SHOWN_TERMINALS && id % 97 == 0));
    }
    return terminals;
  }

  private static Merchant merchant(int id, Area area, Trade trade, RandomGenerator random) {
    boolean company = random.nextInt(100) < 60;
    boolean signedByCity = random.nextInt(100) < 15;
    int signing = signedByCity ? Area.CITY_CODE : area.code;
    int authorising = random.nextInt(100) < 20 ? Area.CITY_CODE : signing;
    return new Merchant(
        id,
        number(area, trade, id),
        name(area, trade, company, random),
        creditCode(area, company ? "91" : "92", id),
        trade,
        area.addressCode(),
        authorising,
        signing,
        status(id));
  }

  private static String number(Area area, Trade trade, int id) {
    String payload = String.format(Locale.ROOT, "8%d%d%06d", area.addressCode(), trade.digit, id);
    return payload + Luhn.checkDigit(payload);
  }

  private static String name(Area area, Trade trade, boolean company, RandomGenerator random) {
    String shop = trade.shops.get(random.nextInt(trade.shops.size()));
    return area.chinese + Words.tradeName(random) + shop + (company ? "有限公司" : "");
  }

  /** {@code DEM} in the organisation part says that nobody was ever registered under it. */
  private static String creditCode(Area area, String register, int id) {
    String organisation = String.format(Locale.ROOT, "DEM%05d", id);
    String payload =
        register
            + area.addressCode()
            + organisation
            + CreditCode.organisationCheckCharacter(organisation);
    return payload + CreditCode.checkCharacter(payload);
  }

  private static Merchant.Status status(int id) {
    if (id <= LIVE_FIRST) {
      return Merchant.Status.LIVE;
    }
    return switch (id % 60) {
      case 11 -> Merchant.Status.SUSPENDED;
      case 23 -> Merchant.Status.APPROVED;
      case 37 -> Merchant.Status.TERMINATED;
      case 47 -> Merchant.Status.RECTIFYING;
      case 59 -> Merchant.Status.APPLIED;
      default -> Merchant.Status.LIVE;
    };
  }
}

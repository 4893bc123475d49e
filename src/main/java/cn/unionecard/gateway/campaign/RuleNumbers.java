package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The two spellings of a rule: outside organisations and merchants have their public numbers,
 * inside those of their rows. Who writes a rule can name only what lies in his own subtree.
 */
final class RuleNumbers {
  private static final String ORGS_BY_CODE =
      "select code as name, id from org where code = any ($2) and $1 = any (path)";

  private static final String MERCHANTS_BY_NO =
      """
      select merchant_no as name, id from merchant
      where merchant_no = any ($2) and org_within(authorising_org, $1)
      """;

  private static final String ORGS_BY_ID = "select code as name, id from org where id = any ($1)";

  private static final String MERCHANTS_BY_ID =
      "select merchant_no as name, id from merchant where id = any ($1)";

  /** A row if one of them is not under the caller. */
  private static final String FOREIGN =
      """
      select from org where id = any ($2) and $1 <> all (path)
      union all
      select from merchant where id = any ($3) and not org_within(authorising_org, $1)
      limit 1
      """;

  private static final String MERCHANT_NOS = "merchantNos";
  private static final String IDS = "ids";
  private static final int NAMED_MAX = 1_000;

  private RuleNumbers() {}

  /**
   * The rule as its row has it; works at the merchants of the campaign's own union and below unless
   * it says otherwise.
   *
   * @return fails with {@link Fault.Malformed} for a number that nobody under the caller has
   */
  static Future<JsonObject> inside(DeskTransaction tx, String org, JsonObject outside) {
    Named named = named(org, outside);
    int caller = tx.actor().org();
    return tx.ask(ORGS_BY_CODE, caller, named.orgs().toArray(String[]::new))
        .map(RuleNumbers::byName)
        .compose(
            orgIds ->
                tx.ask(MERCHANTS_BY_NO, caller, named.merchants().toArray(String[]::new))
                    .map(RuleNumbers::byName)
                    .map(merchantIds -> numbered(named.rule(), orgIds, merchantIds)));
  }

  /** The rule as a row could have it, whoever has these numbers: to be read where no store is. */
  static JsonObject anywhere(String org, JsonObject outside) {
    Named named = named(org, outside);
    return numbered(named.rule(), counted(named.orgs()), counted(named.merchants()));
  }

  /** The rule as its row has it, where these are the rows of all that it names. */
  static JsonObject with(
      String org, JsonObject outside, Map<String, Integer> orgs, Map<String, Integer> merchants) {
    return numbered(named(org, outside).rule(), orgs, merchants);
  }

  private static Map<String, Integer> counted(Set<String> names) {
    Map<String, Integer> ids = new HashMap<>();
    names.forEach(name -> ids.put(name, ids.size() + 1));
    return ids;
  }

  /** A rule with all that it names. */
  private record Named(JsonObject rule, Set<String> orgs, Set<String> merchants) {}

  private static Named named(String org, JsonObject outside) {
    JsonObject rule = whole(outside);
    JsonObject members = part(rule, "members");
    JsonObject merchants = part(rule, "merchants");
    if (!merchants.containsKey(MERCHANT_NOS) && !merchants.containsKey("orgs")) {
      rule.put("merchants", merchants.put("orgs", new JsonArray().add(org)));
    }
    if (merchants.containsKey(IDS)) {
      throw malformed("merchants." + IDS, "is not known here; merchants are named by merchantNos");
    }
    requireSome(members, "members.", "categories");
    requireSome(merchants, "merchants.", "categories");
    requireSome(rule, "", "scenes");
    Set<String> orgs = new LinkedHashSet<>();
    texts(members, "members.", "orgs", orgs);
    texts(merchants, "merchants.", "orgs", orgs);
    for (Object funder : list(rule, "", "funders")) {
      if (funder instanceof JsonObject share && share.containsKey("org")) {
        orgs.add(text(share.getValue("org"), "funders.org"));
      }
    }
    Set<String> nos = new LinkedHashSet<>();
    texts(merchants, "merchants.", MERCHANT_NOS, nos);
    return new Named(rule, orgs, nos);
  }

  private static JsonObject numbered(
      JsonObject rule, Map<String, Integer> orgs, Map<String, Integer> merchants) {
    JsonObject members = part(rule, "members");
    JsonObject where = part(rule, "merchants");
    replace(members, "orgs", "orgs", orgs, "members.orgs");
    replace(where, "orgs", "orgs", orgs, "merchants.orgs");
    replace(where, MERCHANT_NOS, IDS, merchants, "merchants.merchantNos");
    for (Object funder : list(rule, "", "funders")) {
      if (funder instanceof JsonObject share && share.containsKey("org")) {
        share.put("org", id(share.getValue("org"), orgs, "funders.org"));
      }
    }
    return rule;
  }

  private static void replace(
      JsonObject part, String outside, String inside, Map<String, Integer> ids, String path) {
    if (part.containsKey(outside)) {
      JsonArray numbers = new JsonArray();
      part.getJsonArray(outside).forEach(name -> numbers.add(id(name, ids, path)));
      part.remove(outside);
      part.put(inside, numbers);
    }
  }

  private static Integer id(Object name, Map<String, Integer> ids, String path) {
    Integer id = ids.get(String.valueOf(name));
    if (id == null) {
      throw malformed(path, "names " + name + ", which is not under the caller's union");
    }
    return id;
  }

  /**
   * The rule as people read it.
   *
   * @param inside one that the line can read
   */
  static Future<JsonObject> outside(DeskTransaction tx, JsonObject inside) {
    JsonObject rule = whole(inside);
    return tx.ask(ORGS_BY_ID, (Object) orgs(rule).toArray(Integer[]::new))
        .map(RuleNumbers::byId)
        .compose(
            codes ->
                tx.ask(MERCHANTS_BY_ID, (Object) merchants(rule).toArray(Integer[]::new))
                    .map(RuleNumbers::byId)
                    .map(nos -> named(rule, codes, nos)));
  }

  /**
   * Whether all whom a rule names are the caller's or below: who decides about money or shops
   * answers for them, as who wrote it.
   *
   * @param inside one that the line can read
   */
  static Future<Boolean> areWithin(DeskTransaction tx, JsonObject inside) {
    JsonObject rule = whole(inside);
    return tx.first(
            FOREIGN,
            tx.actor().org(),
            orgs(rule).toArray(Integer[]::new),
            merchants(rule).toArray(Integer[]::new))
        .map(row -> row == null);
  }

  private static Set<Integer> orgs(JsonObject rule) {
    Set<Integer> orgs = new LinkedHashSet<>();
    numbers(part(rule, "members"), "orgs", orgs);
    numbers(part(rule, "merchants"), "orgs", orgs);
    for (Object funder : list(rule, "", "funders")) {
      if (funder instanceof JsonObject share
          && share.getValue("org") instanceof Integer org
          && org != 0) {
        orgs.add(org);
      }
    }
    return orgs;
  }

  private static Set<Integer> merchants(JsonObject rule) {
    Set<Integer> merchants = new LinkedHashSet<>();
    numbers(part(rule, "merchants"), IDS, merchants);
    return merchants;
  }

  /** A copy in which each whole number is written as one: 1e3 and 1000.0 are 1000 to the line. */
  private static JsonObject whole(JsonObject rule) {
    JsonObject copy = new JsonObject();
    rule.forEach(member -> copy.put(member.getKey(), wholeValue(member.getValue())));
    return copy;
  }

  private static @Nullable Object wholeValue(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return whole(object);
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(one -> copy.add(wholeValue(one)));
      return copy;
    }
    return value instanceof Number number ? wholeNumber(number) : value;
  }

  private static Number wholeNumber(Number number) {
    try {
      long whole = new BigDecimal(number.toString()).longValueExact();
      return whole == (int) whole ? (Number) (int) whole : (Number) whole;
    } catch (ArithmeticException | NumberFormatException notWhole) {
      return number; // the line says what is wrong with it
    }
  }

  private static JsonObject named(
      JsonObject rule, Map<Integer, String> codes, Map<Integer, String> nos) {
    rename(part(rule, "members"), "orgs", "orgs", codes);
    rename(part(rule, "merchants"), "orgs", "orgs", codes);
    rename(part(rule, "merchants"), IDS, MERCHANT_NOS, nos);
    for (Object funder : list(rule, "", "funders")) {
      if (funder instanceof JsonObject share && share.getValue("org") instanceof Integer org) {
        if (org == 0) {
          share.remove("org");
        } else {
          share.put("org", codes.getOrDefault(org, String.valueOf(org)));
        }
      }
    }
    return rule;
  }

  private static void rename(
      JsonObject part, String inside, String outside, Map<Integer, String> names) {
    if (part.containsKey(inside)) {
      JsonArray told = new JsonArray();
      for (Object id : part.getJsonArray(inside)) {
        told.add(names.getOrDefault((Integer) id, String.valueOf(id)));
      }
      part.remove(inside);
      part.put(outside, told);
    }
  }

  private static void numbers(JsonObject part, String name, Set<Integer> into) {
    for (Object id : part.getJsonArray(name, new JsonArray())) {
      into.add((Integer) id);
    }
  }

  private static void texts(JsonObject part, String path, String name, Set<String> into) {
    requireSome(part, path, name);
    for (Object one : list(part, path, name)) {
      into.add(text(one, path + name));
    }
    if (into.size() > NAMED_MAX) {
      throw malformed(path + name, "names more than " + NAMED_MAX);
    }
  }

  /** To the line an empty list restricts nothing: whoever writes one means the opposite. */
  private static void requireSome(JsonObject part, String path, String name) {
    if (part.containsKey(name) && list(part, path, name).isEmpty()) {
      throw malformed(path + name, "is empty; leave it out where there is no restriction");
    }
  }

  private static String text(@Nullable Object value, String path) {
    if (value instanceof String text && Written.ORG.matcher(text).matches()) {
      return text;
    }
    throw malformed(path, "holds what is no code or number in quotes");
  }

  private static JsonObject part(JsonObject rule, String name) {
    if (!rule.containsKey(name)) {
      return new JsonObject();
    }
    if (rule.getValue(name) instanceof JsonObject object) {
      return object;
    }
    throw malformed(name, "is no object");
  }

  private static JsonArray list(JsonObject part, String path, String name) {
    if (!part.containsKey(name)) {
      return new JsonArray();
    }
    if (part.getValue(name) instanceof JsonArray array) {
      return array;
    }
    throw malformed(path + name, "is no array");
  }

  private static Map<String, Integer> byName(RowSet<Row> rows) {
    Map<String, Integer> ids = new HashMap<>();
    rows.forEach(row -> ids.put(row.getString("name").strip(), row.getInteger("id")));
    return ids;
  }

  private static Map<Integer, String> byId(RowSet<Row> rows) {
    Map<Integer, String> names = new HashMap<>();
    rows.forEach(row -> names.put(row.getInteger("id"), row.getString("name").strip()));
    return names;
  }

  private static Fault.Malformed malformed(String path, String fault) {
    return new Fault.Malformed("rule." + path, "rule." + path + " " + fault);
  }
}

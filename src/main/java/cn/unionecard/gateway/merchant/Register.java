package cn.unionecard.gateway.merchant;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.merchant.Dossier.Paper;
import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Luhn;
import cn.unionecard.gateway.model.UnionSide;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Merchants as rows: recommended, listed, shown; and whose they are. */
final class Register {
  private static final int PAGE_ROWS = 100;

  /** Enterprises, individual businesses, co-operatives; social and public bodies. */
  private static final Pattern ADMITTED = Pattern.compile("(9[123]|5[123]|1[129]).*");

  private static final String UNIONS =
      """
      select s.id as signing, a.id as authorising
      from org s, org a
      where s.code = $1 and a.code = $2 and $3 = any (s.path)
        and (a.id = any (s.path) or $3 = any (a.path))
      """;

  private static final String NUMBERS =
      "select nextval('merchant_id')::integer as id, nextval('merchant_serial')::integer as serial";

  private static final String ADD =
      """
      insert into merchant (id, merchant_no, name, credit_code, category, area_code,
        authorising_org, signing_org, status, credit_code_reference, credit_code_digest)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 'RECOMMENDED', $9, $10)
      """;

  private static final String SEEN =
      """
      select m.merchant_no, m.name, m.credit_code, m.credit_code_reference, m.category, m.area_code,
        m.status, a.code as authorising, s.code as signing,
        coalesce(v.grounds, '{}') as grounds
      from merchant m
      join org a on a.id = m.authorising_org join org s on s.id = m.signing_org
      left join merchant_veto v on v.merchant = m.id and v.lifted_at is null
      where ($1 = any (a.path) or $1 = any (s.path))
      """;

  private static final String LIST =
      SEEN
          + """
            and m.merchant_no > $2 and ($3::text is null or m.status = $3)
            and ($4::date is null or (m.status <> 'TERMINATED' and exists (
              select from merchant_paper p where p.merchant = m.id and p.valid_until < $4)))
          order by m.merchant_no limit $5
          """;

  private static final String FIND = SEEN + "  and m.merchant_no = $2";

  private static final String MOVE =
      "update merchant set authorising_org = $2, signing_org = $3 where id = $1";

  /** Told under the union that no longer has it, so that its subscribers do not wait for more. */
  private static final String LEFT =
      """
      select merchant_event(-o.id, 'merchant.left', $1, $2,
        jsonb_build_object('merchant', $3::text))
      from org o where o.id in ($4, $5) and o.id not in ($6, $7)
      """;

  private static final String WITHIN =
      """
      select a.id as authorising, s.id as signing from org a, org s
      where a.code = $1 and s.code = $2 and $3 = any (a.path) and $3 = any (s.path)
      """;

  /** The six categories 吃住行游购娱; the digit in a merchant number is the place in this list. */
  enum Category {
    EAT,
    STAY,
    TRANSPORT,
    TOUR,
    SHOP,
    ENTERTAIN
  }

  /**
   * A merchant as it is recommended.
   *
   * @param creditCode folded
   * @param proof the licence, where the last character of the code does not fit the rule; else null
   */
  record Draft(
      String name,
      String creditCode,
      @Nullable Paper proof,
      Category category,
      String areaCode,
      String authorisingOrg,
      String signingOrg,
      String reason) {
    Draft {
      String wrong = CreditCode.wrongForm(creditCode);
      if (wrong != null) {
        throw new Fault.Malformed("creditCode", "creditCode: " + wrong);
      }
      if (proof == null && !CreditCode.isValid(creditCode)) {
        throw new Fault.Malformed(
            "creditCode",
            "creditCode has a last character that does not fit the rule: a typing error, or the"
                + " licence shows it so; then give the licence as creditCodeProof");
      }
      if (proof != null && CreditCode.isValid(creditCode)) {
        throw new Fault.Malformed("creditCodeProof", "creditCode fits the rule and needs no proof");
      }
      if (!ADMITTED.matcher(creditCode).matches()) {
        throw new Fault.Malformed("creditCode", "creditCode is not one of a business");
      }
    }
  }

  private Register() {}

  static Future<DeskReply> recommend(DeskTransaction tx, Draft draft) {
    return tx.first(UNIONS, draft.signingOrg(), draft.authorisingOrg(), tx.actor().org())
        .map(found("no such unions under the caller's organisation"))
        .compose(unions -> tx.first(NUMBERS).compose(ids -> add(tx, draft, unions, required(ids))));
  }

  private static Future<DeskReply> add(DeskTransaction tx, Draft draft, Row unions, Row numbers) {
    int id = numbers.getInteger("id");
    int authorising = unions.getInteger("authorising");
    int signing = unions.getInteger("signing");
    String no = number(draft, numbers.getInteger("serial"));
    JsonObject told =
        new JsonObject().put("step", "RECOMMEND").put("from", "NONE").put("to", "RECOMMENDED");
    return tx.ask(
            ADD,
            id,
            no,
            draft.name(),
            draft.creditCode(),
            draft.category().name(),
            draft.areaCode(),
            authorising,
            signing,
            draft.proof() == null ? null : draft.proof().reference(),
            draft.proof() == null ? null : draft.proof().bytes())
        .compose(added -> Life.record(tx, id, Step.RECOMMEND, State.NONE, draft.reason(), null))
        .compose(step -> Life.event(tx, id, "merchant.recommended", step, told))
        .compose(sent -> Life.applyVeto(tx, id))
        .compose(
            grounds ->
                tx.note("merchant.recommended", no, List.of(authorising, signing), noted(draft)))
        .compose(noted -> MerchantFile.show(tx, no))
        .map(shown -> DeskReply.made(((DeskReply.Said) shown).document(), "/v1/merchants/" + no));
  }

  private static JsonObject noted(Draft draft) {
    JsonObject detail = new JsonObject().put("reason", draft.reason());
    return draft.proof() == null
        ? detail
        : detail.put("creditCodeProof", Dossier.detail(draft.proof()));
  }

  private static String number(Draft draft, int serial) {
    int digit = draft.category().ordinal() + 1;
    String payload = String.format(Locale.ROOT, "8%s%d%06d", draft.areaCode(), digit, serial);
    return payload + Luhn.checkDigit(payload);
  }

  static Future<DeskReply> list(
      DeskTransaction tx,
      String after,
      @Nullable String state,
      @Nullable LocalDate expiringBefore) {
    return tx.ask(LIST, tx.actor().org(), after, state, expiringBefore, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray merchants = new JsonArray();
              rows.forEach(row -> merchants.add(json(row)));
              return DeskReply.ok(new JsonObject().put("merchants", merchants));
            });
  }

  /** What there is in the list of one that the caller may see. */
  static Future<JsonObject> find(DeskTransaction tx, String no) {
    return tx.first(FIND, tx.actor().org(), no)
        .map(found("no such merchant under the caller's organisation"))
        .map(Register::json);
  }

  /** Other unions for a merchant, all of them in the caller's subtree. */
  static Future<DeskReply> entrust(
      DeskTransaction tx, String no, String authorisingOrg, String signingOrg, String reason) {
    return MerchantRow.lock(tx, no)
        .map(merchant -> merchant.require(UnionSide.AUTHORISING).require(UnionSide.SIGNING))
        .compose(
            merchant ->
                tx.first(WITHIN, authorisingOrg, signingOrg, tx.actor().org())
                    .map(found("no such unions under the caller's"))
                    .compose(row -> entrust(tx, merchant, row, reason)))
        .compose(noted -> MerchantFile.show(tx, no));
  }

  private static Future<Void> entrust(
      DeskTransaction tx, MerchantRow merchant, Row unions, String why) {
    int authorising = unions.getInteger("authorising");
    int signing = unions.getInteger("signing");
    JsonObject change =
        new JsonObject()
            .put("authorisingFrom", merchant.authorisingOrg())
            .put("authorisingTo", authorising)
            .put("signingFrom", merchant.signingOrg())
            .put("signingTo", signing);
    return tx.ask(MOVE, merchant.id(), authorising, signing)
        .compose(
            set ->
                tx.ask(
                    LEFT,
                    (long) merchant.id(),
                    tx.at(),
                    merchant.no(),
                    merchant.authorisingOrg(),
                    merchant.signingOrg(),
                    authorising,
                    signing))
        .compose(told -> Life.event(tx, merchant.id(), "merchant.union", merchant.id(), change))
        .compose(
            sent ->
                tx.note(
                    "merchant.union",
                    merchant.no(),
                    List.of(merchant.authorisingOrg(), merchant.signingOrg(), authorising, signing),
                    change.copy().put("reason", why)));
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("merchantNo", row.getString("merchant_no"))
        .put("name", row.getString("name"))
        .put("creditCode", row.getString("credit_code"))
        .put("creditCodeByPaper", row.getString("credit_code_reference") != null)
        .put("category", row.getString("category"))
        .put("areaCode", row.getString("area_code"))
        .put("status", row.getString("status"))
        .put("authorisingOrg", row.getString("authorising"))
        .put("signingOrg", row.getString("signing"))
        .put("vetoGrounds", new JsonArray(List.of(row.getArrayOfStrings("grounds"))));
  }

  private static Row required(@Nullable Row row) {
    return Objects.requireNonNull(row);
  }
}

package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.UnionSide;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The papers of a merchant. Papers lie elsewhere; here is where, and their digest. What bears on
 * the veto is looked at in the same transaction.
 */
final class Dossier {
  private static final String DOCUMENT =
      """
      insert into merchant_document
        (merchant, kind, number, reference, digest, valid_from, valid_until, staff, at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """;

  private static final String SELECTION =
      """
      insert into merchant_selection
        (merchant, candidates, criteria, score, meeting, decided_on, reference, digest, staff, at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """;

  private static final String DECLARATION =
      """
      insert into merchant_declaration (merchant, staff, conflict, statement, at)
      values ($1, $2, $3, $4, $5)
      """;

  /** Where a paper lies, and its SHA-256 in hex. */
  record Paper(String reference, String digest) {
    Buffer bytes() {
      return Buffer.buffer(HexFormat.of().parseHex(digest));
    }
  }

  enum DocumentKind {
    BUSINESS_LICENCE,
    CONTRACT,
    PERMIT,
    OTHER
  }

  record Document(
      DocumentKind kind,
      String number,
      Paper paper,
      LocalDate validFrom,
      @Nullable LocalDate validUntil) {
    Document {
      if (validUntil != null && validUntil.isBefore(validFrom)) {
        throw new Fault.Malformed("validUntil", "validUntil is before validFrom");
      }
    }
  }

  record Selection(
      int candidates,
      String criteria,
      int score,
      String meeting,
      LocalDate decidedOn,
      Paper paper) {
    Selection {
      if (candidates < 1) {
        throw new Fault.Malformed("candidates", "candidates is not at least 1");
      }
    }
  }

  private Dossier() {}

  static Future<DeskReply> add(DeskTransaction tx, String no, Document document) {
    return MerchantRow.lock(tx, no)
        .compose(
            merchant ->
                tx.ask(
                        DOCUMENT,
                        merchant.id(),
                        document.kind().name(),
                        document.number(),
                        document.paper().reference(),
                        document.paper().bytes(),
                        document.validFrom(),
                        document.validUntil(),
                        tx.actor().id(),
                        tx.at())
                    .compose(added -> note(tx, merchant, "document", document.paper()))
                    .map(noted -> filed(merchant)));
  }

  static Future<DeskReply> add(DeskTransaction tx, String no, Selection selection) {
    return MerchantRow.lock(tx, no)
        .map(merchant -> merchant.require(UnionSide.SIGNING))
        .compose(
            merchant ->
                tx.ask(
                        SELECTION,
                        merchant.id(),
                        selection.candidates(),
                        selection.criteria(),
                        selection.score(),
                        selection.meeting(),
                        selection.decidedOn(),
                        selection.paper().reference(),
                        selection.paper().bytes(),
                        tx.actor().id(),
                        tx.at())
                    .compose(added -> note(tx, merchant, "selection", selection.paper()))
                    .map(noted -> filed(merchant)));
  }

  static Future<DeskReply> declare(
      DeskTransaction tx, String no, boolean conflict, String statement) {
    return MerchantRow.lock(tx, no)
        .compose(
            merchant ->
                tx.ask(DECLARATION, merchant.id(), tx.actor().id(), conflict, statement, tx.at())
                    .compose(
                        added ->
                            tx.note(
                                "merchant.declaration",
                                merchant.no(),
                                merchant.orgs(),
                                new JsonObject().put("conflict", conflict)))
                    .map(noted -> filed(merchant)));
  }

  static Future<Void> note(DeskTransaction tx, MerchantRow merchant, String what, Paper paper) {
    return tx.note("merchant." + what, merchant.no(), merchant.orgs(), detail(paper));
  }

  static JsonObject detail(Paper paper) {
    return new JsonObject().put("reference", paper.reference()).put("digest", paper.digest());
  }

  private static DeskReply filed(MerchantRow merchant) {
    return DeskReply.made(
        new JsonObject().put("merchantNo", merchant.no()), "/v1/merchants/" + merchant.no());
  }
}

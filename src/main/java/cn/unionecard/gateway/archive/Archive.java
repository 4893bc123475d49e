package cn.unionecard.gateway.archive;

import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded, to be read again: receipts, blocks and public keys. Never changes anything.
 */
public interface Archive {

  /**
   * A recorded transaction with who may see it.
   *
   * @param receipt the stored answer
   * @param terminal who made it
   * @param card whose code began it; null if none did
   * @param authorisingPath organisation codes from the root down to the merchant's authorising org
   * @param signingPath the same for the signing org
   */
  record Entry(
      Receipt receipt,
      TerminalId terminal,
      @Nullable CardNo card,
      List<String> authorisingPath,
      List<String> signingPath) {
    public Entry {
      authorisingPath = List.copyOf(authorisingPath);
      signingPath = List.copyOf(signingPath);
    }
  }

  /**
   * A sealed block.
   *
   * @param header canonical JSON, the signed bytes
   * @param hash hash of the header, which the next block names
   * @param signature over the header
   * @param leaves leaf hashes in order
   */
  record Block(byte[] header, byte[] hash, byte[] signature, List<byte[]> leaves) {
    public Block {
      leaves = List.copyOf(leaves);
    }
  }

  /**
   * A public key for receipts.
   *
   * @param kid names it in block headers
   * @param algorithm {@code SM2-SM3} or {@code Ed25519-SHA256}
   * @param spki SubjectPublicKeyInfo, DER
   */
  record Key(String kid, String algorithm, byte[] spki) {}

  /**
   * What of a purchase can still come back.
   *
   * @param leftFen of its order
   * @param memberLeftFen of what the member paid
   * @param elements what a till may name to come back alone; of the rest it hears nothing
   */
  record Left(long leftFen, long memberLeftFen, List<Element> elements) {
    public Left {
      elements = List.copyOf(elements);
    }
  }

  /**
   * Discounts of a purchase that can come back alone.
   *
   * @param isMark whether {@code code} is the mark of the lines they worked on, not a benefit's
   * @param name public name of the benefit; null of a mark
   * @param fen what they still pay
   */
  record Element(boolean isMark, String code, @Nullable String name, long fen) {}

  /** The transaction of that id, or null. */
  Future<@Nullable Entry> transaction(TransactionId id);

  /**
   * The transaction of that id, if it was made at the merchant whose account that is; else null.
   *
   * @param login of an account that stands
   */
  Future<@Nullable Entry> transactionOf(String login, TransactionId id);

  /**
   * What that terminal's key led to: the request's answer and its reversal's, as far as recorded.
   */
  Future<List<Entry>> transactions(TerminalId terminal, RequestId requestId);

  /** What is left of that purchase, if it is one of the terminal's merchant; else null. */
  Future<@Nullable Left> left(TerminalId terminal, TransactionId id);

  /** Block {@code seq} of the chain named {@code node}, or null. */
  Future<@Nullable Block> block(String node, long seq);

  /** All keys that ever signed a receipt, newest first. */
  Future<List<Key>> keys();
}

package cn.unionecard.gateway.model;

import java.util.List;

/**
 * A signed answer, verifiable offline: body, inclusion proof, block header and signature.
 *
 * @param id the transaction it is of
 * @param body canonical JSON (RFC 8785), the very bytes that were hashed
 * @param leaf place of the body in its block, from 0
 * @param path sibling hashes from the leaf to the root, RFC 9162 order
 * @param header canonical JSON of the block header, the very bytes that were signed
 * @param signature over the header; SM2: 64-byte r‖s, Ed25519: 64 bytes (RFC 8032)
 */
public record Receipt(
    TransactionId id, byte[] body, int leaf, List<byte[]> path, byte[] header, byte[] signature) {
  public Receipt {
    path = List.copyOf(path);
  }
}

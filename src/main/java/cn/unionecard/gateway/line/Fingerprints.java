package cn.unionecard.gateway.line;

import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.runtime.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What makes two requests of one key the same: a hash over the business fields, each with its
 * length before it. Belongs to one lane.
 */
final class Fingerprints {
  private static final int BYTES = 16;
  private final MessageDigest digest;
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  Fingerprints() {
    digest = Sha256.digest();
  }

  /**
   * 16 bytes: two different requests of one key share them once in 2^128.
   *
   * @param scan the request's code as it was read
   */
  byte[] of(Request request, Scan scan) {
    add(request.type().name());
    add(scan.text());
    number.clear().putLong(request.order().value());
    digest.update(number.array());
    add(request.benefit() == null ? "" : request.benefit());
    add(word(request.withoutBenefit()));
    // only where there is one: what was fingerprinted before these were known stays the same
    OriginalRef original = request.original();
    if (original != null) {
      add(original.toString());
    }
    Offline offline = request.offline();
    if (offline != null) {
      add(offline.atMs() + " " + offline.counter());
    }
    for (OrderLine line : request.lines()) {
      add(line.mark());
      number.clear().putLong(line.amount().value());
      digest.update(number.array());
    }
    return Arrays.copyOf(digest.digest(), BYTES);
  }

  /** Who said nothing was once understood to approve, and his old requests may be repeated. */
  private static String word(WithoutBenefit without) {
    return (without == WithoutBenefit.UNSAID ? WithoutBenefit.APPROVE : without).name();
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number.clear().putLong(bytes.length);
    digest.update(number.array());
    digest.update(bytes);
  }
}

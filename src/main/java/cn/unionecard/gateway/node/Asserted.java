package cn.unionecard.gateway.node;

import cn.unionecard.gateway.desk.KeyProof;
import cn.unionecard.gateway.edge.http.access.Assertions;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** What the edge has taken apart, as a desk asks about it. */
record Asserted(Assertions.Claim claim) implements KeyProof {
  @Override
  public String subject() {
    return claim.subject();
  }

  @Override
  public Future<Void> signedBy(byte @Nullable [] spki) {
    return claim.signedBy(spki);
  }

  @Override
  public Future<Void> useUp() {
    return claim.useUp();
  }
}

package cn.unionecard.gateway.partner;

import cn.unionecard.gateway.desk.KeyProof;
import cn.unionecard.gateway.model.Caller;

/** How programs of partners prove their key, and what they get for it: tokens of the edge. */
public interface PartnerProofs {
  /**
   * Takes an assertion apart.
   *
   * @throws cn.unionecard.gateway.model.Fault.Unauthenticated if form or times do not hold
   */
  KeyProof claim(String assertion);

  /** A token of that program, which says its terms. */
  String token(Caller.Staff program);

  /** How long a token lasts, s. */
  long lifetimeSeconds();
}

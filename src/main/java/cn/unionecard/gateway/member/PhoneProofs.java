package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.KeyProof;
import cn.unionecard.gateway.model.CardNo;

/** How phones prove their key, and what they get for it: tokens of the edge. */
public interface PhoneProofs {
  /**
   * Takes an assertion apart.
   *
   * @throws cn.unionecard.gateway.model.Fault.Unauthenticated if form or times do not hold
   */
  KeyProof claim(String assertion);

  /** A token of the phone that the card is bound to in that epoch. */
  String token(CardNo card, long epoch);

  /** How long a token lasts, s. */
  long lifetimeSeconds();
}

package cn.unionecard.gateway.member;

import java.util.EnumSet;
import java.util.Set;

/** Where a card is in its life. Only an active one pays. */
enum CardStatus {
  /** No phone has it yet. */
  ISSUED,
  ACTIVE,
  SUSPENDED,
  /** Every phone that had it has it no longer; comes back by binding one. */
  LOST,
  /** For good. */
  CANCELLED;

  /** What a clerk can make of it; a binding besides makes {@link #ACTIVE} of some. */
  Set<CardStatus> next() {
    return switch (this) {
      case ISSUED -> EnumSet.of(LOST, CANCELLED);
      case ACTIVE -> EnumSet.of(SUSPENDED, LOST, CANCELLED);
      case SUSPENDED -> EnumSet.of(ACTIVE, LOST, CANCELLED);
      case LOST -> EnumSet.of(CANCELLED);
      case CANCELLED -> EnumSet.noneOf(CardStatus.class);
    };
  }

  /** Whether a phone can be bound to it. */
  boolean isBindable() {
    return this == ISSUED || this == ACTIVE || this == LOST;
  }

  /** Whether it ends every phone that has the card's secret. */
  boolean endsPhones() {
    return this == LOST || this == CANCELLED;
  }
}

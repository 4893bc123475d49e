package cn.unionecard.gateway.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who is calling, as the edge has proved it. */
public sealed interface Caller {

  /** A terminal, by its client certificate or its token. */
  record Terminal(TerminalId id) implements Caller {}

  /**
   * A member of staff, a partner system or a merchant, with an account of an organisation. Staff
   * act for it and everything below it; a merchant for itself, and which one it is says the
   * account.
   *
   * @param subject the token's subject
   * @param org code of the organisation
   * @param roles what it may do
   * @param epoch of the account when the token was given out: whatever changes about an account
   *     (password, roles, organisation, whether it may be used) begins the next one
   * @param terms of a partner's program that has proved its key; null: of anybody else
   */
  record Staff(
      String subject, String org, Set<Role> roles, long epoch, @Nullable PartnerTerms terms)
      implements Caller {
    public Staff {
      roles = Set.copyOf(roles);
    }

    /** Somebody who is no partner's program. */
    public Staff(String subject, String org, Set<Role> roles, long epoch) {
      this(subject, org, roles, epoch, null);
    }

    /** Whether it may read what is open to all staff of its organisation: neither of the others. */
    public boolean reads() {
      return !roles.equals(Set.of(Role.PARTNER)) && !isMerchants();
    }

    /** Whether it may read the feed: a partner's program under its terms alone. */
    public boolean hears() {
      return reads() || terms != null && terms.allows(PartnerTerms.Scope.EVENTS);
    }

    /** Whether it is the account of a merchant. */
    public boolean isMerchants() {
      return roles.contains(Role.MERCHANT);
    }
  }

  /**
   * The phone of a member: one card, in the epoch that binding it began. A later phone, a loss and
   * the end of the card begin another, and end this caller with it.
   *
   * @param card its card
   * @param epoch of the card when the phone was bound
   */
  record Member(CardNo card, long epoch) implements Caller {}

  /** Roles of accounts. */
  enum Role {
    CLERK,
    APPROVER,
    SUPERVISOR,
    AUDITOR,
    /** Gives out accounts, and uses none of their rights. */
    SYSTEM,
    /** A platform that sells for merchants: it sends reviews, and sees nothing. */
    PARTNER,
    /** A merchant: it sees and does what is its own. */
    MERCHANT;

    /** Whether an account that has it has no other. */
    public boolean standsAlone() {
      return this == SYSTEM || this == PARTNER || this == MERCHANT;
    }
  }
}

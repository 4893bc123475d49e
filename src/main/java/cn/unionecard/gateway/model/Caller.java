package cn.unionecard.gateway.model;

import java.util.Set;

/** Who is calling, as the edge has proved it. */
public sealed interface Caller {

  /** A terminal, by its client certificate or its token. */
  record Terminal(TerminalId id) implements Caller {}

  /**
   * A member of staff or a partner system, acting for an organisation and everything below it.
   *
   * @param subject the token's subject
   * @param org code of the organisation
   * @param roles what it may do
   * @param epoch of the account when the token was given out: whatever changes about an account
   *     (password, roles, organisation, whether it may be used) begins the next one
   */
  record Staff(String subject, String org, Set<Role> roles, long epoch) implements Caller {
    public Staff {
      roles = Set.copyOf(roles);
    }

    /** Whether it may read what is open to all staff of its organisation; a partner may not. */
    public boolean reads() {
      return !roles.equals(Set.of(Role.PARTNER));
    }
  }

  /** Roles of staff and partner systems. */
  enum Role {
    CLERK,
    APPROVER,
    SUPERVISOR,
    AUDITOR,
    SYSTEM,
    /** A platform that sells for merchants: it sends reviews, and sees nothing. */
    PARTNER
  }
}

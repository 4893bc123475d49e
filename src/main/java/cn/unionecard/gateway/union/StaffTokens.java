package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Caller.Role;
import java.util.Set;

/** Signs short-lived access tokens for staff; the edge has the keys. */
@FunctionalInterface
public interface StaffTokens {
  /**
   * @param login the account, which the token names as its subject
   * @param org code of the organisation
   * @param epoch of the account, with which the token ends
   */
  String issue(String login, String org, Set<Role> roles, long epoch);
}

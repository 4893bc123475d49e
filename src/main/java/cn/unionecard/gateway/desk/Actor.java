package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Caller.Role;
import java.util.Set;

/**
 * A member of staff at work, as the database has the account now.
 *
 * @param org id of the organisation acted for
 * @param roles those of the account that the token has, too
 */
public record Actor(int id, String login, int org, String orgCode, Set<Role> roles) {
  public Actor {
    roles = Set.copyOf(roles);
  }
}

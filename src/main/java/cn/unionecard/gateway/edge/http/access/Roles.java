package cn.unionecard.gateway.edge.http.access;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.Authorization;
import io.vertx.ext.auth.authorization.OrAuthorization;
import io.vertx.ext.auth.authorization.RoleBasedAuthorization;
import java.util.Set;
import java.util.stream.Collectors;

/** What callers are to Vert.x: users whose roles are authorizations. */
public final class Roles {
  /** Where a user's authorizations come from: what proved him. */
  private static final String PROVIDER = "proof";

  private Roles() {}

  /** What a user needs who must have one of these roles. */
  public static Authorization oneOf(Set<Role> roles) {
    OrAuthorization needed = OrAuthorization.create();
    roles.forEach(role -> needed.addAuthorization(of(role)));
    return needed;
  }

  /**
   * A proved caller as a user. He has nothing of his token but the subject: whatever prints a user
   * prints no token.
   */
  static User user(Caller caller) {
    if (caller instanceof Caller.Staff staff) {
      User user = named(staff.subject());
      user.authorizations()
          .put(
              PROVIDER,
              staff.roles().stream().map(Roles::of).collect(Collectors.toUnmodifiableSet()));
      return user;
    }
    if (caller instanceof Caller.Member member) {
      return named(AccessTokens.CARD + member.card()); // masked
    }
    return named(AccessTokens.TERMINAL + ((Caller.Terminal) caller).id().value());
  }

  private static User named(String subject) {
    return User.create(new JsonObject().put("sub", subject));
  }

  private static Authorization of(Role role) {
    return RoleBasedAuthorization.create(role.name());
  }
}

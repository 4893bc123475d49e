package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An account at work, as the database has it now.
 *
 * @param org id of the organisation acted for; {@link #NOWHERE} of a merchant's account
 * @param roles those of the account that the token has, too
 * @param merchant whose account it is; null: the union's
 */
public record Actor(
    int id, String login, int org, String orgCode, Set<Role> roles, @Nullable Merchant merchant) {
  /**
   * No organisation's id. What is looked for in a merchant's organisation is not there: a statement
   * that forgets merchants shows them nothing.
   */
  public static final int NOWHERE = Integer.MIN_VALUE;

  public Actor {
    roles = Set.copyOf(roles);
  }

  /** A merchant by its id and its number. */
  public record Merchant(int id, String no) {}

  /** Id of the merchant whose account it is; null: of none, and equal to nothing in a statement. */
  public @Nullable Integer merchantId() {
    return merchant == null ? null : merchant.id();
  }

  /**
   * Id of that merchant, whose account it is.
   *
   * @throws Fault.NotFound if it is another's
   */
  public int require(String merchantNo) {
    if (merchant == null || !merchant.no().equals(merchantNo)) {
      throw new Fault.NotFound("no such merchant of the caller's");
    }
    return merchant.id();
  }
}

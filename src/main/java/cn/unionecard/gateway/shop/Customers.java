package cn.unionecard.gateway.shop;

import org.jspecify.annotations.Nullable;

/** What merchants call their customers by; made of the member's own key. */
public interface Customers {
  /**
   * The name by which one merchant knows a member; no other merchant's name for him is like it.
   *
   * @param wrapped the member's key as it is stored
   * @return null: nobody can open that key
   */
  @Nullable String name(int merchant, long member, byte[] wrapped);
}

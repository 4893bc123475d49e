package cn.unionecard.gateway.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of double entry; the lines of a transaction sum to zero. No money moves here: the lines
 * say who owes which part of an order.
 *
 * @param party card serial, organisation or merchant, by account
 * @param fen not zero; negative = the merchant's claim
 */
public record Posting(Account account, long party, long fen) {

  /** Accounts; the name is the stored form. */
  public enum Account {
    /** What the member pays the merchant. */
    MEMBER,
    /** What a union's fund pays the merchant. */
    UNION,
    /** What the merchant gives from its own margin. */
    MERCHANT,
    /** The merchant's claim on all of them: the order, negative. */
    SALES
  }

  static List<Posting> of(
      long card, int merchant, long orderFen, long memberPaysFen, List<Allocation> allocations) {
    List<Posting> postings = new ArrayList<>(2 + allocations.size());
    add(postings, Account.MEMBER, card, memberPaysFen);
    for (Allocation a : allocations) {
      Account account = a.funder() == Funding.Funder.UNION ? Account.UNION : Account.MERCHANT;
      add(postings, account, a.party(), a.fen());
    }
    add(postings, Account.SALES, merchant, -orderFen);
    return postings;
  }

  private static void add(List<Posting> postings, Account account, long party, long fen) {
    if (fen != 0) {
      postings.add(new Posting(account, party, fen));
    }
  }
}

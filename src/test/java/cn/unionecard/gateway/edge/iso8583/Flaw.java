package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.workbench.certify.Case;
import java.util.Set;

/** What a vendor's terminal may do wrong, and the case that finds it. */
enum Flaw {
  MAC_UNDER_ANOTHER_KEY(Case.SIGN_ON, "signs a sale with another key"),
  ASKS_FOR_OTHER_KEYS(Case.KEY_KIND, "signs on for a kind of keys that there is not"),
  SALE_BY_CARD(Case.SALE, "says that a card was swiped"),
  SALE_WITHOUT_CURRENCY(Case.SALE, "does not say the currency"),
  CARD_NUMBER(Case.CARD_DATA, "sends the card number in the clear, F2"),
  TRACK_2(Case.CARD_DATA, "sends track 2, F35"),
  TRACK_3(Case.CARD_DATA, "sends track 3, F36"),
  TRACK_1(Case.CARD_DATA, "sends track 1, F45"),
  PIN(Case.CARD_DATA, "sends a PIN block, F52"),
  CHIP(Case.CARD_DATA, "sends chip data, F55"),

  FORGETS_LOST_SALE(Case.LOST_REPLY, "sells on after a lost reply"),
  REVERSES_WITH_00(Case.REVERSAL, "reverses with F39 00"),
  REVERSES_WITH_98_FOR_A_WRONG_MAC(Case.REVERSAL, "says 98 where A0 is right", Case.WRONG_MAC),
  REVERSES_WITH_98_FOR_96(Case.REVERSAL, "says 98 where 06 is right", Case.UNKNOWN),
  REVERSAL_OF_ANOTHER_AMOUNT(Case.REVERSAL, "another F4 than the original"),
  REVERSAL_OF_ANOTHER_TYPE(Case.REVERSAL, "another F60.1 than the original"),
  REVERSAL_WITHOUT_PROCESSING_CODE(Case.REVERSAL, "no F3 of the original"),
  REVERSAL_GIVEN_UP(Case.LOST_REVERSAL, "reverses once only"),
  REVERSAL_CHANGED(Case.LOST_REVERSAL, "changes a reversal when it repeats it"),
  REVERSAL_BELIEVED_UNPROVED(Case.LOST_REVERSAL, "believes a wrong MAC of a reversal's reply"),
  REVERSES_FOR_EVER(Case.REVERSAL_ENDED, "reverses again after 12"),

  TAKES_A_LATE_REPLY(Case.LATE_REPLY, "takes a late reply for that to the next sale"),
  BELIEVES_A_WRONG_MAC(Case.WRONG_MAC, "does not check MACs of replies"),
  BELIEVES_WITHOUT_A_MAC(Case.NO_MAC, "believes approvals without a MAC"),
  TAKES_ANOTHER_TRACE(Case.OTHER_TRACE, "takes any reply, whatever its trace number"),
  TAKES_ANOTHER_TYPE(Case.OTHER_TYPE, "takes any reply, whatever its MTI"),
  READS_PACKETS(Case.SPLIT_REPLY, "takes a packet for a frame"),
  READS_ONE_FRAME_OF_A_PACKET(Case.JOINED_REPLIES, "reads the first frame of a packet only"),
  REVERSES_AT_A_SECOND_REPLY(Case.REPLY_TWICE, "takes a second reply for an error"),
  GIVES_UP_EARLY(Case.PATIENCE, "waits a second for a reply"),
  REVERSES_AT_91(Case.BUSY, "reverses what was answered 91"),
  SELLS_ON_AFTER_96(Case.UNKNOWN, "takes 96 for a refusal"),
  SELLS_ON_AFTER_09(Case.IN_FLIGHT, "takes 09 for a refusal"),
  CHANGES_WHAT_IT_REPEATS(Case.IN_FLIGHT, "repeats with another operator"),
  REVERSES_A_REFUSAL(Case.DECLINED, "reverses a refused sale"),
  REPEATS_A_REFUSAL(Case.DECLINED, "sends a refused sale again"),
  REVERSES_A_VERIFY(Case.LOST_VERIFY, "reverses a verification"),

  VOID_OF_NOTHING(Case.VOID, "voids a sale that there is not"),
  FORGETS_LOST_VOID(Case.LOST_VOID, "goes on after a void without reply"),
  REFUND_OF_NOTHING(Case.REFUND, "refunds a sale that there is not"),
  FORGETS_LOST_REFUND(Case.LOST_REFUND, "goes on after a refund without reply"),
  HOLD_AS_A_SALE(Case.HOLD, "F25 of a sale in a hold"),
  FORGETS_LOST_HOLD(Case.LOST_HOLD, "goes on after a hold without reply"),
  COMPLETION_OF_NOTHING(Case.COMPLETION, "completes a hold that there is not"),
  COMPLETION_WITH_A_BENEFIT(Case.COMPLETION, "names a benefit in a completion"),
  FORGETS_LOST_COMPLETION(Case.LOST_COMPLETION, "goes on after a completion without reply"),
  RELEASE_OF_NOTHING(Case.RELEASE, "releases a hold that there is not"),
  FORGETS_LOST_RELEASE(Case.LOST_RELEASE, "goes on after a release without reply"),
  RATES_NOTHING(Case.RATING, "a rating of 0"),
  RATES_ANEW(Case.LOST_RATING, "sends a lost rating under a new trace number"),
  REVERSES_A_RATING(Case.LOST_RATING, "reverses a rating"),

  REPORTS_BEFORE_REVERSING(Case.PENDING_FIRST, "reports before it settles what is pending"),
  DIALS_LIKE_A_STORM(Case.RECONNECT, "dials without pauses"),
  SKIPS_A_LOST_REPORT(Case.ADVICE_REPEATED, "reports the next when one was not answered"),
  REPORTS_A_REFUSED_SALE_AGAIN(Case.ADVICE_REFUSED, "reports a refused offline sale again"),
  COUNTER_JUMPS(Case.OFFLINE, "leaves out a number of the counter"),
  REPORTS_IN_ANOTHER_ORDER(Case.OFFLINE, "reports the last offline sale first"),
  REPORTS_A_BENEFIT(Case.OFFLINE, "names a benefit offline"),
  SELLS_TOO_MUCH_OFFLINE(Case.OFFLINE, "sells for more than may be sold offline"),
  STAMPS_WHEN_IT_REPORTS(Case.OFFLINE_TIME, "F12 and F13 of the report"),
  KEEPS_ITS_OWN_CLOCK(Case.CLOCK, "does not set its clock"),
  SELLS_BEFORE_ALL_IS_REPORTED(Case.STORE_FIRST, "sells while offline sales are in the store"),

  IGNORES_REQUIREMENT_3(Case.SIGN_ON_AGAIN, "does not sign on when it is asked to"),
  SELLS_AFTER_A_LOST_SIGN_ON(Case.LOST_SIGN_ON, "goes on with its old keys"),
  IGNORES_CHECK_VALUES(Case.CHECK_VALUE, "compares no check value"),
  CHECKS_THE_MAC_KEY_ALONE(Case.CHECK_VALUE, "compares the check value of the MAK only"),
  CHECKS_THE_FIRST_KEY_ALONE(Case.CHECK_VALUE, "compares the first check value only"),
  FORGETS_ITS_BATCH(Case.KNOWN_BATCH, "signs on with batch 0 each time"),
  SELLS_ANEW_AFTER_99(Case.NOT_SIGNED_ON, "drops the sale that was answered 99"),
  REPEATS_WITHOUT_SIGN_ON(Case.NOT_SIGNED_ON, "repeats after 99 without a sign-on"),
  REVERSES_AFTER_A0(Case.MAC_REFUSED, "reverses what was answered A0"),
  MIXES_KEYS(Case.NEW_KEYS, "signs with the old MAK after a sign-on"),
  REPEATS_IN_THE_OLD_BATCH(Case.OTHER_BATCH, "repeats what was answered 77"),
  SELLS_WHEN_SUSPENDED(Case.SUSPENDED, "goes on selling after 58"),
  NEVER_ECHOES(Case.ECHO, "says nothing on an idle line"),
  IGNORES_REQUIREMENT_1(Case.STATUS, "does not ask why it may not sell"),

  USES_A_TRACE_TWICE(Case.TRACES, "two sales under one trace number"),
  COUNTS_WRONG(Case.TOTALS, "totals that are one fen too high"),
  COUNTS_WHAT_IT_REVERSED(Case.TOTALS, "counts a sale that it reversed", Case.LOST_REPLY),
  FORGETS_LOST_TOTALS(Case.LOST_TOTALS, "goes on after totals without reply"),
  LISTS_TOO_LITTLE(Case.UPLOAD, "leaves an entry out of the list"),
  NEVER_ENDS_ITS_LIST(Case.UPLOAD, "sends no end of the list"),
  FORGETS_A_LOST_LIST(Case.LOST_LIST, "goes on after a list without reply"),
  FORGETS_A_LOST_END(Case.LOST_END, "goes on after an end without reply"),
  SELLS_AFTER_CLOSING(Case.AFTER_CLOSE, "sells after the close without a sign-on"),
  TRACES_GO_ON(Case.NEW_BATCH, "does not begin at 1 in a new batch"),
  COUNTER_RESTARTS(Case.COUNTER, "restarts the offline counter in a new batch"),
  TOTALS_GO_ON(Case.NEXT_TOTALS, "counts the old batch in the new one"),
  SIGNS_OFF_WITHOUT_MAC(Case.SIGN_OFF, "signs off without a MAC");

  /** The case that is made for it. */
  final Case found;

  /** For the table. */
  final String does;

  /** Cases of other parts that give it a chance. */
  private final Set<Case> besides;

  Flaw(Case found, String does, Case... besides) {
    this.found = found;
    this.does = does;
    this.besides = Set.of(besides);
  }

  /** The cases of a sitting in which it shows: those of its part, and a sale. */
  Set<Case> sitting() {
    Set<Case> cases = found.part.cases();
    if (found != Case.SPLIT_REPLY) {
      cases.remove(Case.SPLIT_REPLY); // as long as all the others
    }
    if (this == KEEPS_ITS_OWN_CLOCK) {
      cases.remove(Case.OFFLINE_TIME); // cannot be told by a wrong clock
    }
    cases.addAll(Set.of(Case.SIGN_ON, Case.SALE));
    cases.addAll(besides);
    return cases;
  }
}

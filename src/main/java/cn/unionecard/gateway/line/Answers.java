package cn.unionecard.gateway.line;

import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.CodeHints;
import cn.unionecard.gateway.rules.Decision;
import cn.unionecard.gateway.rules.Entry;
import io.vertx.core.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the callers of a block that has landed. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final CodeGuard guard;
  private final Function<TransactionId, Future<Receipt>> receipts;
  private final Timers timers;
  private final long receiptMsMax;

  Answers(LaneParts parts) {
    this.guard = parts.guard();
    this.receipts = parts.receipts();
    this.timers = parts.timers();
    this.receiptMsMax = parts.limits().deadlineMs();
  }

  /** Each caller is answered, whatever goes wrong with the answer of another. */
  void give(Block block, CodeHints hints) {
    for (int i = 0; i < block.requests.size(); i++) {
      Pending pending = block.requests.get(i);
      try {
        answer(block, pending, block.decision(i), hints);
      } catch (RuntimeException e) {
        LOG.error("an answer cannot be given, though it stands", e);
        pending.fail(new Fault.Unknown("the answer cannot be given now, repeat the same key"));
      }
    }
  }

  private void answer(Block block, Pending pending, Decision decision, CodeHints hints) {
    if (decision instanceof Entry entry) {
      recorded(block, pending, entry);
    } else if (decision instanceof Decision.Replay replay) {
      replayed(block, pending, replay.transaction());
    } else if (decision instanceof Decision.Quoted quoted) {
      quoted(pending, quoted, hints);
    } else if (decision instanceof Decision.Declined declined) {
      pending.answer(new Reply.Declined(declined.refusal()));
    } else if (decision instanceof Decision.Slowed) {
      pending.fail(slowed());
    }
  }

  static Fault slowed() {
    return new Fault.TooMany("too many wrong codes from this terminal, wait a minute", 60);
  }

  private void recorded(Block block, Pending pending, Entry entry) {
    if (entry.refusal() == Refusal.CODE_UNKNOWN) {
      wrongCode(pending);
    }
    Receipt receipt = block.receipt(entry.id());
    if (receipt == null) {
      throw new IllegalStateException("no receipt of " + new TransactionId(entry.id()));
    }
    pending.answer(new Reply.Recorded(receipt, false));
  }

  private void wrongCode(Pending pending) {
    var code = pending.code();
    if (code != null) {
      guard.wrong(code.alias(), pending.request.terminal().value());
    }
  }

  /** The same answer again: from this block, or from an earlier one. */
  private void replayed(Block block, Pending pending, long transaction) {
    Receipt receipt = block.receipt(transaction);
    if (receipt != null) {
      pending.answer(new Reply.Recorded(receipt, true));
      return;
    }
    timers
        .within(receiptMsMax, receipts.apply(new TransactionId(transaction)))
        .onComplete(
            stored -> pending.answer(new Reply.Recorded(stored, true)),
            failure -> pending.fail(unread(failure)));
  }

  private static Throwable unread(Throwable failure) {
    return LaneLedger.failure(failure) == LaneLedger.Failure.BUG
        ? failure // whoever is told to come again would come for ever
        : new Fault.Busy("the earlier answer cannot be read now");
  }

  private void quoted(Pending pending, Decision.Quoted quoted, CodeHints hints) {
    Quote quote = quoted.quote();
    if (quote.refusal() == Refusal.CODE_UNKNOWN) {
      wrongCode(pending);
    }
    var code = pending.code();
    if (code != null && quoted.code() != null) {
      String terminal = pending.request.terminal().value();
      quote = quote.claimedUntil(guard.claim(code.alias(), quoted.code(), terminal, hints));
    }
    pending.answer(new Reply.Quoted(quote));
  }
}

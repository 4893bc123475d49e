package cn.unionecard.gateway.line;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.receipt.Sealer;
import cn.unionecard.gateway.runtime.config.Limits;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * What one lane is made of: nothing in it is shared with another lane, but for the pool behind the
 * receipts of earlier blocks.
 *
 * @param definitionsSeen told of each version of the definitions that is new to the lane
 * @param codes with the keys of the moment; a flight keeps those it began with
 */
record LaneParts(
    Timers timers,
    LaneLedger ledger,
    CodeGuard guard,
    LongConsumer definitionsSeen,
    Supplier<MemberCodes> codes,
    Sealer sealer,
    Function<TransactionId, Future<Receipt>> receipts,
    Limits limits,
    Clock clock,
    LaneMetrics metrics) {}

package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.terminal.Batches;
import cn.unionecard.gateway.terminal.TerminalClocks;
import cn.unionecard.gateway.terminal.TerminalSessions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal lives through, apart from what it sells.
 *
 * @param sessions its keys
 * @param batches its shifts
 * @param clocks how far it is off the time
 * @param bars why it may not sell, as far as is known here, or null
 */
public record TerminalLife(
    TerminalSessions sessions,
    Batches batches,
    TerminalClocks clocks,
    Function<TerminalId, @Nullable Refusal> bars) {}

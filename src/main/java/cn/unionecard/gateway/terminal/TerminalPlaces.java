package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Where terminals stand. */
public interface TerminalPlaces {
  /** Where that terminal stands; null if there is none of that name. */
  Future<@Nullable TerminalPlace> of(TerminalId terminal);
}

package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.definitions.Learned;
import cn.unionecard.gateway.definitions.Wanted;
import cn.unionecard.gateway.rules.Facts;
import io.vertx.core.Future;

/**
 * One connection of a lane to the ledger, pipelined, which holds the lane's chain while it is open.
 * It waits for nothing by itself: whoever asks sets a limit, and closes what he gives up. Belongs
 * to one event loop.
 */
public interface LaneConnection {

  /**
   * Connects and takes the chain over. Fails if another live process holds it.
   *
   * @return the chain as it stands: final, for a commit under way was waited for
   */
  Future<Chain> open();

  /** Whether it can be asked; never again once it was lost or closed. */
  boolean isOpen();

  /** Reads definitions, before a transaction, as they are at one moment. */
  Future<Learned> learn(Wanted wanted);

  /**
   * Begins the block's transaction and fills its facts under lock.
   *
   * @return what the transaction sees changed of the definitions
   */
  Future<Changes> prefetch(Need need, Facts facts);

  /**
   * Commits the block as the next of the chain. Throws only before anything was sent.
   *
   * @param chain as it stood when the block was sealed
   */
  Future<Void> commit(Chain chain, SealedLeaves block, Facts facts);

  /** Ends the transaction without a trace. */
  Future<Void> rollback();

  /** Drops it, so that nothing half-done is ever used again. */
  Future<Void> close();
}

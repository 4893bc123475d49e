package cn.unionecard.gateway.ledger;

/**
 * A lane's chain of blocks, as this process holds it.
 *
 * @param id the chain's row
 * @param name names it in block headers, such as {@code n1.0}
 * @param slot its part of transaction ids
 * @param epoch grows with each take-over; an older holder can commit no more
 * @param seq the last block's number, 0 before the first
 * @param head the last block's hash, 32 zero bytes before the first
 * @param tick the last block's time
 */
public record Chain(int id, String name, int slot, long epoch, long seq, byte[] head, long tick) {

  /** The same after one more block. */
  public Chain advancedTo(byte[] hash, long newTick) {
    return new Chain(id, name, slot, epoch, seq + 1, hash, newTick);
  }
}

package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.Merchant;
import java.util.List;
import java.util.Map;

/**
 * The answer to {@link Wanted}, of one moment. What is not here is not there, or cannot be
 * understood.
 *
 * @param changes what changed before that moment
 * @param terminals by number
 * @param merchants by row; also those of the terminals
 * @param orgPaths by row, from the root to itself; also those that authorised the merchants
 */
public record Learned(
    Changes changes,
    Map<String, Place> terminals,
    Map<Integer, Merchant> merchants,
    Map<Integer, List<Integer>> orgPaths,
    List<Campaign> campaigns) {

  /**
   * Where a terminal stands.
   *
   * @param id the terminal's row
   * @param merchant its merchant's row
   * @param scene in which it sells
   */
  public record Place(int id, int merchant, Scene scene) {}
}

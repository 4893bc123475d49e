package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Scene;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The definitions, as a block's own transaction sees them: campaigns, merchants, terminals,
 * organisations. Holds nothing that a sale could change. Answers without asking anybody: what a
 * block needs was learnt before its rules ask; each question throws {@link IllegalStateException}
 * where it was not.
 */
public interface Catalog {

  /** The terminal's row, or null if no such terminal is registered. */
  @Nullable Integer terminal(String terminalNo);

  /** The merchant's row of a registered terminal. */
  int merchantOf(int terminal);

  /** The scene in which a registered terminal sells. */
  Scene sceneOf(int terminal);

  /** The merchant of that row. */
  Merchant merchant(int id);

  /** The campaigns that work at a merchant in a scene, whether or not they may pay now. */
  CampaignsHere at(int merchant, Scene scene);

  /** The campaign of that code that runs or ever ran, or null. */
  @Nullable Campaign campaign(String code);

  /** The campaign of that row that runs or ever ran, or null. */
  @Nullable Campaign campaign(int id);

  /** From the root to the organisation itself; empty if there is none. */
  List<Integer> orgPath(int org);
}

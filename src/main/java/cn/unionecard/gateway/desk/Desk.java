package cn.unionecard.gateway.desk;

/** A room of the union desk, as seen from the edge. */
public interface Desk {
  /** Names all its routes; called once for each event loop. */
  void open(DeskRoutes routes);
}

package cn.unionecard.gateway.cli.simulate;

/** Somebody who watches a run. Called on the simulation's event loop, about once a second. */
@FunctionalInterface
public interface Progress {
  /** Nobody watches. */
  Progress NONE = state -> {};

  /**
   * How far a run is.
   *
   * @param visits customers served
   * @param visitsGoal customers to serve; 0 = the run ends by time
   * @param seconds since the start
   * @param secondsGoal when it ends; 0 = it ends by visits
   * @param perSecond visits finished per second since the last call
   * @param anomalies seen so far
   */
  record State(
      long visits,
      long visitsGoal,
      double seconds,
      double secondsGoal,
      double perSecond,
      long anomalies) {}

  void show(State state);
}

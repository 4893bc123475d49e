package cn.unionecard.workbench.simulate;

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
   * @param p50Ms median of the answers since the last call, milliseconds; 0 = no answer
   * @param p99Ms their 99th percentile, milliseconds
   * @param anomalies seen so far
   */
  record State(
      long visits,
      long visitsGoal,
      double seconds,
      double secondsGoal,
      double perSecond,
      double p50Ms,
      double p99Ms,
      long anomalies) {}

  void show(State state);
}

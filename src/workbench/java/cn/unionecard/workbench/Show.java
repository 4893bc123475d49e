package cn.unionecard.workbench;

import cn.unionecard.workbench.demo.Doors;
import cn.unionecard.workbench.demo.House;
import cn.unionecard.workbench.demo.Steps;

/** What a demo does once its house stands: starts a gateway on it and shows it at work. */
public interface Show {
  /**
   * Starts the gateway, lets simulated members check out, prints what came of it, and, unless it is
   * to end at once, serves until the process is asked to stop.
   *
   * @param house everything the gateway stands on; the caller closes it afterwards
   * @return the exit code of the process
   * @throws Exception what keeps the gateway from starting or working
   */
  int play(House house, Wishes wishes, Steps steps) throws Exception;

  /**
   * What was asked for on the command line.
   *
   * @param once end by itself when the simulation is over
   * @param doors where the gateway lets people in
   * @param checkouts simulated visits at tills
   * @param pos whether a POS terminal plays a shift as well
   * @param story whether one merchant's story is told as well
   */
  record Wishes(boolean once, Doors doors, int checkouts, boolean pos, boolean story) {}
}

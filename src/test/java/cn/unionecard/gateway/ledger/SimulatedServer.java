package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.VirtualTime;
import cn.unionecard.gateway.definitions.SimulatedDefinitions;
import cn.unionecard.gateway.rules.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/** The server: its sessions, what they hold, and its tables. */
final class SimulatedServer {
  final VirtualTime time;
  final Random chance;
  final SimulatedNetwork network;
  final SimulatedLocks locks;
  final SimulatedTables tables = new SimulatedTables();
  final SimulatedDefinitions definitions;

  /** What a CHECK of some table refuses. */
  final Predicate<Entry> refusedByCheck;

  /** What no client may do. */
  final List<String> violations = new ArrayList<>();

  final Map<Integer, SimulatedSession> sessions = new HashMap<>();

  /** Who holds the name of a chain. */
  final Map<String, SimulatedSession> names = new HashMap<>();

  /** How often lanes asked for definitions. */
  int learns;

  boolean down;
  private int pids = 100;

  SimulatedServer(
      VirtualTime time,
      Random chance,
      SimulatedDefinitions definitions,
      Predicate<Entry> refusedByCheck) {
    this.time = time;
    this.chance = chance;
    this.definitions = definitions;
    this.refusedByCheck = refusedByCheck;
    network = new SimulatedNetwork(time, chance);
    locks = new SimulatedLocks(time);
  }

  SimulatedSession session(SimulatedConnection connection) {
    int pid = ++pids;
    SimulatedSession session = new SimulatedSession(this, pid, connection);
    sessions.put(pid, session);
    return session;
  }
}

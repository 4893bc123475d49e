package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.Catalog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A backend of the server, which works its commands in order. */
final class SimulatedSession {
  private static final long IDLE_IN_TRANSACTION_US = 2_000_000;

  private final SimulatedServer server;
  final int pid;
  final SimulatedConnection connection;
  private final Deque<Runnable> inbox = new ArrayDeque<>();
  final Set<Object> held = new LinkedHashSet<>();
  @Nullable Transaction transaction;
  boolean working;
  boolean flushing;
  boolean ended;
  private long idleTimer;
  Runnable cancelWait = () -> {};

  interface Done {
    void ok(Runnable deliver);

    void fail(Throwable failure);
  }

  interface Work {
    void run(SimulatedSession session, Done done);
  }

  /** It ends the transaction, however it ends. */
  interface Last extends Work {}

  static final class Transaction {
    boolean failed;

    /** The definitions as it saw them. */
    @Nullable Catalog definitions;
  }

  SimulatedSession(SimulatedServer server, int pid, SimulatedConnection connection) {
    this.server = server;
    this.pid = pid;
    this.connection = connection;
  }

  void arrives(Runnable command) {
    if (!ended) {
      inbox.add(command);
      next();
    }
  }

  private void next() {
    if (!working && !ended && !inbox.isEmpty()) {
      working = true;
      server.time.cancel(idleTimer);
      inbox.remove().run();
    }
  }

  void worked() {
    working = false;
    if (ended) {
      return;
    }
    if (transaction != null && inbox.isEmpty()) {
      idleTimer =
          server.time.after(
              IDLE_IN_TRANSACTION_US,
              () -> {
                if (transaction != null && !ended) {
                  if (connection.isIdle()) {
                    server.violations.add("session " + pid + " was left idle in a transaction");
                  }
                  kill();
                }
              });
    }
    next();
  }

  void endTransaction() {
    transaction = null;
    server.locks.release(this);
  }

  /** Ends as a backend does: a commit that is being flushed stands. */
  void kill() {
    if (ended) {
      return;
    }
    if (flushing) {
      server.time.after(100, this::kill);
      return;
    }
    inbox.clear();
    cancelWait.run();
    end();
    connection.serverGone();
  }

  void end() {
    ended = true;
    inbox.clear();
    server.time.cancel(idleTimer);
    endTransaction();
    server.sessions.remove(pid);
    server.names.values().removeIf(holder -> holder == this);
  }
}

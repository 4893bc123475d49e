package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whom people are who sit before the pages: signs them in, and says who they are. */
public interface Sessions {
  /**
   * An account, as the database has it.
   *
   * @param org code of the organisation
   * @param epoch of the account, with which whatever proves it ends
   * @param secondFactor whether the account has one
   * @param merchant whose account it is; null: the union's
   */
  record Person(
      String login,
      String name,
      String org,
      String orgName,
      Set<Role> roles,
      long epoch,
      boolean secondFactor,
      @Nullable Merchant merchant) {
    public Person {
      roles = Set.copyOf(roles);
    }

    /** A merchant by its number and its name; null for none. */
    public static @Nullable Merchant merchant(@Nullable String no, @Nullable String name) {
      return no == null || name == null ? null : new Merchant(no, name);
    }
  }

  /** A merchant by its number and its name. */
  record Merchant(String no, String name) {}

  /**
   * What somebody shows to be let in.
   *
   * @param code of the second factor, or a recovery code; null: none
   */
  record Proof(String login, String password, @Nullable String code) {
    @Override
    public String toString() {
      return "what " + login + " shows";
    }
  }

  /** What became of an attempt whose password was right. */
  sealed interface Entered {
    record In(Person person) implements Entered {}

    /** Something has to come first, or with it. */
    record NotYet(DeskRefusal why) implements Entered {}
  }

  /**
   * Lets somebody in.
   *
   * @param origin the address it comes from
   * @return fails with {@link Fault.Unauthenticated}, always in the same words, or {@link
   *     Fault.Busy} when too many try at once
   */
  Future<Entered> enter(String origin, Proof proof);

  /**
   * What somebody sits at, as far as his browser tells: from closed sets, for it may tell anything.
   */
  record Seat(String origin, Browser browser, System system) {
    /** The program. */
    public enum Browser {
      CHROME,
      EDGE,
      FIREFOX,
      SAFARI,
      WECHAT,
      OTHER
    }

    /** What it runs on. */
    public enum System {
      WINDOWS,
      MACOS,
      LINUX,
      ANDROID,
      IOS,
      OTHER
    }

    /**
     * By what a browser calls itself; each names those it descends from, so the order counts.
     *
     * @param agent the header User-Agent; null: there is none
     */
    public static Seat of(String origin, @Nullable String agent) {
      String said = agent == null ? "" : agent;
      return new Seat(origin, browser(said), system(said));
    }

    private static Browser browser(String said) {
      if (said.contains("MicroMessenger")) {
        return Browser.WECHAT;
      }
      if (said.contains("Edg")) {
        return Browser.EDGE;
      }
      if (said.contains("Firefox/")) {
        return Browser.FIREFOX;
      }
      if (said.contains("Chrome/")) {
        return Browser.CHROME;
      }
      return said.contains("Safari/") ? Browser.SAFARI : Browser.OTHER;
    }

    private static System system(String said) {
      if (said.contains("Android")) {
        return System.ANDROID;
      }
      if (said.contains("iPhone") || said.contains("iPad")) {
        return System.IOS;
      }
      if (said.contains("Windows")) {
        return System.WINDOWS;
      }
      if (said.contains("Mac OS X")) {
        return System.MACOS;
      }
      return said.contains("Linux") ? System.LINUX : System.OTHER;
    }
  }

  /**
   * Writes down that a session began, so that its owner sees it.
   *
   * @param session its id
   * @param longest how long it lasts at the longest
   * @return fails with {@link Fault.Unauthenticated} if the account has changed since
   */
  Future<Void> begin(Caller.Staff caller, String session, Seat seat, Duration longest);

  /**
   * Who that is now, with those of the roles he was proved with.
   *
   * @return fails with {@link Fault.Unauthenticated} if the account has changed since
   */
  Future<Person> person(Caller.Staff caller);

  /**
   * Ends a session, wherever its cookie still is.
   *
   * @param lasts how long its last token could go on by itself
   * @return fails with {@link Fault.Unauthenticated} if the account has changed since
   */
  Future<Void> end(Caller.Staff caller, String session, Duration lasts);
}

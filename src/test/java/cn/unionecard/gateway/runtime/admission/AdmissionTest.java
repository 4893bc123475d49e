package cn.unionecard.gateway.runtime.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who gets a place in the house, and who has to give his up. */
class AdmissionTest {
  private static final String FIRST = "192.0.2.1";
  private static final String SECOND = "192.0.2.2";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private Admission admission(int max, int perAddressMax) {
    return TestAdmission.of(
        TestAdmission.connections(max, perAddressMax), TestLine.limits(), meters);
  }

  private static EmbeddedChannel from(String address) {
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress remoteAddress0() {
        try {
          return new InetSocketAddress(InetAddress.getByName(address), 40_000);
        } catch (UnknownHostException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  private static Place in(Admission admission, EmbeddedChannel channel) {
    return Objects.requireNonNull(admission.admit(channel));
  }

  private double open(String who) {
    return meters.get("ecard.connections.open").tag("who", who).gauge().value();
  }

  @Test
  void silentOnesGiveWayAndProvedOnesStay() {
    Admission admission = admission(100, 3);
    EmbeddedChannel till = from(FIRST);
    in(admission, till).prove();
    List<EmbeddedChannel> silent = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      EmbeddedChannel next = from(FIRST);
      silent.add(next);
      assertNotNull(admission.admit(next), "the newest is heard");
    }
    assertTrue(till.isActive());
    assertEquals(2, silent.stream().filter(EmbeddedChannel::isActive).count());
    assertTrue(silent.get(999).isActive(), "whoever came last");
    assertEquals(2, open("unproved"));
    assertEquals(1, open("proved"));
    assertNotNull(admission.admit(from(SECOND)), "another address does not suffer");
  }

  @Test
  void aFullHouseLetsANewTillIn() {
    Admission admission = admission(50, 50);
    for (int i = 0; i < 500; i++) {
      assertNotNull(admission.admit(from("192.0.2." + (i % 200))));
    }
    assertEquals(50, open("unproved"));
    EmbeddedChannel till = from(SECOND);
    in(admission, till).prove();
    for (int i = 0; i < 500; i++) {
      assertNotNull(admission.admit(from("198.51.100." + (i % 200))));
    }
    assertTrue(till.isActive());
    assertEquals(50, open("unproved") + open("proved"));
  }

  @Test
  void whereAllAreProvedTheNextOneIsRefused() {
    Admission admission = admission(3, 2);
    in(admission, from(FIRST)).prove();
    EmbeddedChannel second = from(FIRST);
    in(admission, second).prove();
    assertNull(admission.admit(from(FIRST)), "of one address");
    in(admission, from(SECOND)).prove();
    assertNull(admission.admit(from(SECOND)), "of the node");
    second.close();
    assertNotNull(admission.admit(from(SECOND)));
  }

  @Test
  void aPlaceIsCountedOffOnceHoweverItEnds() {
    Admission admission = admission(15, 15);
    List<EmbeddedChannel> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      EmbeddedChannel channel = from(FIRST);
      Place place = in(admission, channel);
      if (i % 3 == 0) {
        place.prove();
        place.prove();
      }
      all.add(channel);
    }
    all.forEach(EmbeddedChannel::close);
    all.forEach(EmbeddedChannel::close);
    assertEquals(0, open("unproved"));
    assertEquals(0, open("proved"));
  }

  @Test
  void connectionsThatCameToNothingAreFailures() {
    Config.Admission limits = TestAdmission.requests(1, 5);
    Admission admission = TestAdmission.of(limits, TestLine.limits(), meters);
    Place used = in(admission, from(FIRST));
    used.heard();
    used.channel().close();
    assertFalse(admission.budgets().isSpent(FIRST));
    for (int i = 0; i < 5; i++) {
      assertEquals(0, admission.slowedMs(in(admission, from(FIRST))));
      in(admission, from(FIRST)).channel().close();
    }
    assertTrue(admission.slowedMs(in(admission, from(FIRST))) > 0);
    assertEquals(0, admission.slowedMs(in(admission, from(SECOND))));
  }

  @Test
  void whoHasOneIpv6AddressHasTheNetwork() {
    Admission admission = admission(100, 1);
    in(admission, from("2001:db8:1:2::1")).prove();
    assertNull(admission.admit(from("2001:db8:1:2:ffff::9")));
    assertNotNull(admission.admit(from("2001:db8:1:3::1")));
  }

  // ---- files the process may open

  @Test
  void moreConnectionsThanFilesAreLoweredAloud() {
    Config.Admission asked = TestAdmission.connections(20_000, 2_000);
    assertEquals(asked, Descriptors.fit(asked, 800, 65_536));
    Config.Admission lowered = Descriptors.fit(asked, 800, 4_096);
    assertEquals(4_096 - 512 - 800, lowered.connectionsMax());
    assertEquals(2_000, lowered.connectionsPerAddressMax());
    assertEquals(512, Descriptors.fit(asked, 800, 1_024).connectionsPerAddressMax());
    assertThrows(CannotStart.class, () -> Descriptors.fit(asked, 800, 100));
  }
}

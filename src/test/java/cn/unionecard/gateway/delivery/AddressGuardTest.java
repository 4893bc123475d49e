package cn.unionecard.gateway.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  private final AddressGuard guard = new AddressGuard("https", "443,8443", "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:a00:1::1",
      })
  void keepsOutOfOurOwnNetworks(String address) throws Exception {
    assertFalse(guard.permits(InetAddress.getByName(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "223.255.255.255",
        "2400:3200::1",
        "2606:4700::1111",
      })
  void permitsTheInternet(String address) throws Exception {
    assertTrue(guard.permits(InetAddress.getByName(address)));
  }

  @Test
  void permitsWhatIsConfiguredAndNoMore() throws Exception {
    AddressGuard wider = new AddressGuard("https", "443", "10.1.0.0/16,fd00::/8");
    assertTrue(wider.permits(InetAddress.getByName("10.1.255.1")));
    assertTrue(wider.permits(InetAddress.getByName("fd00::1")));
    assertFalse(wider.permits(InetAddress.getByName("10.2.0.1")));
    assertFalse(wider.permits(InetAddress.getByName("127.0.0.1")));
  }

  @ParameterizedTest
  @CsvSource({
    "https://union.example/hook, https://union.example/hook",
    "https://union.example:8443/hook?a=b, https://union.example:8443/hook?a=b",
    "https://1.1.1.1/, https://1.1.1.1/",
  })
  void takesUrls(String given, String expected) {
    assertEquals(expected, guard.url(given).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "union.example",
        "http://union.example/",
        "ftp://union.example/",
        "https:///hook",
        "https://user:password@union.example/",
        "https://union.example/#x",
        "https://union.example:22/",
        "https://union.example:0/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://union.example/ x",
        "https://工会.example/",
      })
  void refusesWhatIsNoUrlForUs(String given) {
    assertThrows(Fault.Malformed.class, () -> guard.url(given));
  }
}

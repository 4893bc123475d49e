export default {
  picture: 'What the camera sees',
  opening: 'Opening the camera; if the browser asks, choose “Allow”.',
  hold: 'Keep the code in the middle, begin far away and come slowly nearer; make the phone’s screen bright.',
  again: 'Try again',
  leave: 'Without the camera',
  'problem.denied': 'The browser does not let this page use the camera: click the sign at the left of the address, set “Camera” to “Allow”, then try again.',
  'problem.none': 'No camera was found: plug one in and try again, or use a scanner, or type.',
  'problem.busy': 'The camera cannot be opened; another program may be using it: close that one and try again.',
  'problem.unplugged': 'The camera was unplugged: plug it in and try again.',
  'problem.insecure': 'This browser cannot use a camera: take a newer one, and open the page by an https address.',
  'problem.reader': 'What reads the codes could not be fetched: check the network and try again; if it stays so, reload the page.',
};

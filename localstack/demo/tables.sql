-- The demo's target tables. Their constraints are what makes Landfall find the faults of the real files (docs/demo.md).

create domain public.us_state as text
  constraint us_state_is_known check (value in (
    'AL', 'AK', 'AZ', 'AR', 'CA', 'CO', 'CT', 'DE', 'FL', 'GA', 'HI', 'ID', 'IL', 'IN', 'IA', 'KS', 'KY', 'LA', 'ME', 'MD', 'MA',
    'MI', 'MN', 'MS', 'MO', 'MT', 'NE', 'NV', 'NH', 'NJ', 'NM', 'NY', 'NC', 'ND', 'OH', 'OK', 'OR', 'PA', 'RI', 'SC', 'SD', 'TN',
    'TX', 'UT', 'VT', 'VA', 'WA', 'WV', 'WI', 'WY', 'DC', 'AS', 'GU', 'MP', 'PR', 'VI'
  ));

create table public.zipcodes (
  zip_code char(5) primary key,
  latitude numeric(9,6) not null,
  longitude numeric(9,6) not null,
  city varchar(30) not null,
  state public.us_state not null,
  county varchar(30) not null,
  created_at timestamptz not null default now(),
  constraint zip_code_is_five_digits check (zip_code ~ '^[0-9]{5}$'),
  constraint zip_code_lies_in_its_state check (
    case state
      when 'AK' then latitude between 51 and 71.5
      when 'HI' then latitude between 18.9 and 22.3 and longitude between -160.3 and -154.7
      when 'AS' then latitude between -14.7 and -11 and longitude between -171.2 and -168
      when 'GU' then latitude between 13.2 and 13.7 and longitude between 144.6 and 145
      when 'MP' then latitude between 14 and 20.6 and longitude between 144.8 and 146.2
      else latitude between 17.6 and 49.5 and longitude between -125 and -64.5
    end
  )
);

create table public.airports (
  iata varchar(3) primary key,
  name text not null,
  city text not null,
  state public.us_state not null,
  country text not null,
  latitude numeric(11,8) not null,
  longitude numeric(11,8) not null,
  created_at timestamptz not null default now(),
  constraint iata_is_letters_and_digits check (iata ~ '^[A-Z0-9]{3}$'),
  constraint city_is_known check (city <> 'NA'),
  constraint country_is_usa check (country = 'USA'),
  constraint airport_lies_in_its_state check (
    case state
      when 'AK' then latitude between 51 and 71.5
      when 'HI' then latitude between 18.9 and 22.3 and longitude between -160.3 and -154.7
      when 'AS' then latitude between -14.7 and -11 and longitude between -171.2 and -168
      when 'GU' then latitude between 13.2 and 13.7 and longitude between 144.6 and 145
      when 'MP' then latitude between 14 and 20.6 and longitude between 144.8 and 146.2
      else latitude between 17.6 and 49.5 and longitude between -125 and -64.5
    end
  )
);

create type public.strike_damage as enum ('None', 'Minor', 'Medium', 'Substantial');

create table public.birdstrikes (
  airport text not null,
  flight_date date not null,
  operator text not null,
  aircraft text not null,
  phase_of_flight text not null,
  time_of_day text not null,
  species text not null,
  state text not null,
  damage public.strike_damage not null,
  wildlife_size text not null,
  cost_other integer not null,
  cost_repair integer not null,
  cost_total integer not null,
  speed_knots smallint,
  created_at timestamptz not null default now(),
  primary key (airport, flight_date, operator, aircraft, phase_of_flight, time_of_day, species),
  constraint phase_is_known check (
    phase_of_flight in ('Parked', 'Taxi', 'Take-off run', 'Climb', 'Approach', 'Descent', 'Landing Roll')
  ),
  constraint time_of_day_is_known check (time_of_day in ('Dawn', 'Day', 'Dusk', 'Night')),
  constraint costs_are_not_negative check (cost_other >= 0 and cost_repair >= 0),
  constraint costs_add_up check (cost_total = cost_other + cost_repair),
  -- nothing that flies under its own wings is slower, nothing taxies faster
  constraint speed_fits_the_phase check (
    case phase_of_flight
      when 'Parked' then speed_knots = 0
      when 'Taxi' then speed_knots between 0 and 60
      when 'Climb' then speed_knots between 30 and 600
      when 'Approach' then speed_knots between 30 and 600
      when 'Descent' then speed_knots between 30 and 600
      else speed_knots between 0 and 300
    end
  )
);

create table public.orders (
  id bigint primary key,
  account text not null,
  email text,
  amount numeric(12,2) not null,
  currency char(3) not null,
  created_at timestamptz not null,
  status text not null,
  note text,
  constraint amount_is_not_negative check (amount >= 0),
  constraint currency_is_three_letters check (currency ~ '^[A-Z]{3}$')
);
